import { setMaxListeners } from 'node:events';
import type postgres from 'postgres';
import { untilCut } from './until-cut.ts';

export interface Opening {
  /** Opens a pool of one connection that reports its end; called again after each cut. */
  open(hooks: { onclose: () => void }): postgres.Sql;
  /** What a new session needs before others may use it. */
  prepare?: (sql: postgres.Sql) => Promise<unknown>;
  /** How long a server may take to let a connection in and to prepare it, milliseconds. Default: 15 s. */
  openingMs?: number;
}

/**
 * A database connection that is replaced, never taken up again, once it was cut: whatever waits for an answer, and
 * whatever its transaction still asks, fails at once; the next statement opens another one.
 *
 * postgres.js 3.4.9 opens a cut connection again by itself, in the same object. A transaction that was busy elsewhere
 * meanwhile then writes to a socket that is gone, or outside of any transaction into the new one; after the former the
 * pool takes the connection for a busy one, and everybody who asks waits for ever. It repeats without end an attempt
 * that the server ends without a word, and after one that was cut it may know no array.
 */
export function reconnecting(opening: Opening): postgres.Sql {
  let ended = false;
  let connection = new Connection(opening);
  const usable = (): postgres.Sql => {
    if (connection.isCut && !ended) connection = new Connection(opening);
    return connection.use();
  };
  const end: postgres.Sql['end'] = (options) => {
    ended = true;
    return connection.driver.end(options);
  };
  return new Proxy(connection.driver, {
    apply: (_target, _this, args) => Reflect.apply(usable(), undefined, args),
    get: (_target, property) => (property === 'end' ? end : Reflect.get(usable(), property)),
  });
}

/** From its first use to its end. */
class Connection {
  readonly driver: postgres.Sql;
  private readonly opening: Opening;
  private readonly cut = new AbortController();
  private guarded: postgres.Sql | undefined;

  constructor(opening: Opening) {
    this.opening = opening;
    // One for each statement under way.
    setMaxListeners(0, this.cut.signal);
    this.driver = opening.open({
      onclose: () => this.abandon(lost('the connection to the database was cut')),
    });
  }

  get isCut(): boolean {
    return this.cut.signal.aborted;
  }

  use(): postgres.Sql {
    this.guarded ??= untilCut(this.driver, { open: this.prepare(), cut: this.cut.signal });
    return this.guarded;
  }

  private async prepare(): Promise<void> {
    const { prepare, openingMs = 15_000 } = this.opening;
    const tooLong = (): void => this.abandon(lost('the database server does not let a connection in'));
    const deadline = setTimeout(tooLong, openingMs);
    try {
      const [row] = await this.driver<{ known: unknown }[]>`select array['x'] as known`;
      if (!Array.isArray(row?.known))
        throw lost('the connection to the database was cut while it was opened');
      await prepare?.(this.driver);
    } catch (error) {
      this.abandon(error);
    } finally {
      clearTimeout(deadline);
    }
  }

  private abandon(error: unknown): void {
    this.cut.abort(error);
    // The driver would try again for whoever still waits.
    const refuse = (): never => {
      throw error;
    };
    Object.assign(this.driver.options, { socket: refuse });
    void this.driver.end({ timeout: 0 });
  }
}

function lost(message: string): Error {
  return Object.assign(new Error(message), { code: 'CONNECTION_CLOSED' });
}
