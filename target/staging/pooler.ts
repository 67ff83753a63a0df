import { randomBytes } from 'node:crypto';
import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';

/** What a connection did when it was asked to behave like a session. */
export interface SessionReading {
  /** A setting of the session was still there in its next statement, each time. */
  readonly keepsSettings: boolean;
  /** All its statements ran in the same server process. */
  readonly keepsBackend: boolean;
  /** Another connection was given that process at the same time. */
  readonly sharesBackend: boolean;
}

/** Rounds of looking: a pool with a free server process may happen to hand out the same one again. */
const rounds = 3;

/**
 * Finds out by behaviour whether a connection has a session of its own. A transaction pooler may listen on any port.
 *
 * @param one a connection
 * @param other a second one to the same address, idle
 */
export async function readSession(one: postgres.Sql, other: postgres.Sql): Promise<SessionReading> {
  const reading = { keepsSettings: true, keepsBackend: true, sharesBackend: false };
  const nonce = randomBytes(8).toString('hex');
  const session = await one.reserve();
  try {
    // As plain texts: a prepared statement is one of the things that a transaction pooler loses.
    const [first] = await session.unsafe<{ pid: number }[]>(
      `select pg_backend_pid() as pid, set_config('table_stress.session', '${nonce}', false)`,
    );
    const look = async () => {
      const [now] = await session.unsafe<{ pid: number; value: string | null }[]>(
        "select pg_backend_pid() as pid, current_setting('table_stress.session', true) as value",
      );
      if (now?.pid !== first?.pid) reading.keepsBackend = false;
      if (now?.value !== nonce) reading.keepsSettings = false;
    };
    await look();
    for (let round = 0; round < rounds; round++) {
      await other.begin(async (transaction) => {
        // While this transaction is open it keeps its server process, and ours must be another.
        const [theirs] = await transaction.unsafe<{ pid: number }[]>('select pg_backend_pid() as pid');
        if (theirs?.pid === first?.pid) reading.sharesBackend = true;
        await look();
      });
    }
  } finally {
    session.release();
  }
  return reading;
}

/** Whether a reading is that of a session. */
export function isSession({ keepsSettings, keepsBackend, sharesBackend }: SessionReading): boolean {
  return keepsSettings && keepsBackend && !sharesBackend;
}

/** The refusal of a connection that is no session. */
export function transactionPooler(reading?: SessionReading): TargetError {
  const seen = !reading
    ? 'it refuses or loses what a session keeps'
    : reading.keepsSettings
      ? 'statements of one connection run in changing server processes'
      : 'a setting is forgotten between two statements';
  return new TargetError(
    `SUPABASE_DB_URL: leads to a transaction pooler (${seen}); seeding, observing and teardown need a session: ` +
      'advisory locks, prepared statements, settings',
    ['use the direct connection or the session pooler (port 5432), from Connect in the dashboard'],
  );
}
