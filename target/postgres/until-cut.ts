import type postgres from 'postgres';

/** A connection's life, as far as those who use it must know. */
export interface Life {
  /** Resolves when statements may be sent. */
  readonly open: Promise<void>;
  /** Fires when it has ended, or never began; the reason is the error that says why. */
  readonly cut: AbortSignal;
}

/**
 * The same connection, transaction or reserved connection, on which statements are sent once it is open, and nobody
 * waits any more once it is cut: statements under way fail, and those that come later are not sent.
 */
export function untilCut<T extends postgres.Sql | postgres.TransactionSql>(sql: T, life: Life): T {
  const inner = (within: postgres.TransactionSql) => untilCut(within, life);
  const replaced: Record<string | symbol, (...args: unknown[]) => unknown> = {
    unsafe: (...args) => statement(call(sql, 'unsafe', args), life),
    begin: (...args) => answer(() => call(sql, 'begin', withBody(args, inner)), life),
    savepoint: (...args) => answer(() => call(sql, 'savepoint', withBody(args, inner)), life),
    reserve: () =>
      answer(() => call(sql, 'reserve', []), life).then((reserved) =>
        untilCut(reserved as postgres.ReservedSql, life),
      ),
  };
  return new Proxy(sql, {
    apply: (target, _this, args) => statement(Reflect.apply(target, undefined, args), life),
    get: (target, property) => (property in target && replaced[property]) || Reflect.get(target, property),
  });
}

function call(sql: object, name: string, args: unknown[]): unknown {
  return (Reflect.get(sql, name) as (...args: unknown[]) => unknown)(...args);
}

/** Has what runs in a transaction, the last argument, get the guarded one. */
function withBody(args: unknown[], inner: (sql: postgres.TransactionSql) => unknown): unknown[] {
  const body = args.at(-1) as (sql: unknown) => unknown;
  return [...args.slice(0, -1), (sql: postgres.TransactionSql) => body(inner(sql))];
}

/** A statement is sent when somebody first waits for it; anything else that the driver makes is a part of one. */
function statement(made: unknown, life: Life): unknown {
  if (!(made instanceof Promise)) return made;
  const send = made.then.bind(made);
  const sent = () => answer(() => new Promise((resolve, reject) => send(resolve, reject)), life);
  const guarded: Pick<Promise<unknown>, 'then' | 'catch' | 'finally'> = {
    // biome-ignore lint/suspicious/noThenProperty: a statement is a promise already
    then: (onAnswer, onError) => sent().then(onAnswer, onError),
    catch: (onError) => sent().catch(onError),
    finally: (onEnd) => sent().finally(onEnd),
  };
  return Object.assign(made, guarded);
}

function answer(ask: () => unknown, { open, cut }: Life): Promise<unknown> {
  const sent = async (): Promise<unknown> => {
    await open;
    cut.throwIfAborted();
    return ask();
  };
  return new Promise((resolve, reject) => {
    const fail = (): void => reject(cut.reason);
    cut.addEventListener('abort', fail, { once: true });
    sent()
      .finally(() => cut.removeEventListener('abort', fail))
      .then(resolve, reject);
  });
}
