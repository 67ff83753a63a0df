import postgres from 'postgres';
import { SLOT_SETTING } from '../instrument/yield-function.ts';
import { parseYieldMessage, type YieldMessage } from './message.ts';

/** How a call ended. */
export type CallResult =
  | { readonly ok: true; readonly body: unknown }
  | {
      readonly ok: false;
      readonly code: string;
      readonly message: string;
      readonly detail: string | null;
      readonly hint: string | null;
    };

/** What a session tells about its call. */
export interface SessionListener {
  yielded(message: YieldMessage): void;
  ended(result: CallResult): void;
}

/** The SQL of one call: statements of one transaction. */
export interface CallText {
  /** Run before the call itself, in its transaction. */
  readonly before: string;
  /** Answers with one row of one column `body`; null: nothing is answered. */
  readonly call: string;
  readonly after: string;
}

/** A database session that makes one call at a time and yields as it goes. */
export class Session {
  readonly slot: number;
  readonly pid: number;
  /** Number of the slot's last yield before the call. */
  base = 0;
  private readonly sql: postgres.Sql;
  private readonly notices: { listener: SessionListener | null };

  private constructor(
    slot: number,
    pid: number,
    sql: postgres.Sql,
    notices: { listener: SessionListener | null },
  ) {
    this.slot = slot;
    this.pid = pid;
    this.sql = sql;
    this.notices = notices;
  }

  /**
   * @param slot number of the session in its schema; nobody else may use it
   * @param settings statements that prepare the session
   */
  static async open(databaseUrl: string, slot: number, settings: readonly string[]): Promise<Session> {
    const notices: { listener: SessionListener | null } = { listener: null };
    const sql = postgres(databaseUrl, {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      connection: { application_name: `table-stress explore ${slot}`, TimeZone: 'UTC', DateStyle: 'ISO' },
      onnotice: ({ message = '' }) => {
        const read = parseYieldMessage(message);
        if (read) notices.listener?.yielded(read);
      },
    });
    for (const setting of settings) await sql.unsafe(setting);
    await sql.unsafe(`set ${SLOT_SETTING} = ${slot}`);
    const [row] = await sql<{ pid: number }[]>`select pg_backend_pid() as pid`;
    return new Session(slot, row?.pid ?? 0, sql, notices);
  }

  /** Sends a call; the listener hears the rest. */
  begin({ before, call, after }: CallText, listener: SessionListener): void {
    this.notices.listener = listener;
    // One message of the simple protocol is one transaction, and needs no further round trip to end it.
    this.sql
      .unsafe(`${before}; ${call}; ${after}`)
      .simple()
      .then(
        (results: unknown) => listener.ended({ ok: true, body: bodyOf(results) }),
        (error: unknown) => listener.ended(failureOf(error)),
      );
  }

  async close(): Promise<void> {
    await this.sql.end({ timeout: 1 });
  }
}

function bodyOf(results: unknown): unknown {
  for (const rows of results as Record<string, unknown>[][]) {
    if (rows[0] && 'body' in rows[0]) return rows[0].body;
  }
  return null;
}

function failureOf(error: unknown): CallResult {
  const { code, message, detail, hint } = error as postgres.PostgresError;
  return {
    ok: false,
    code: code ?? 'unknown',
    message: message ?? String(error),
    detail: detail ?? null,
    hint: hint ?? null,
  };
}
