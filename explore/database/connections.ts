import postgres from 'postgres';
import { messageOf } from '../../contracts/errors.ts';
import { qualified, searchPath } from '../../sql/statements.ts';
import { SLOTS, sequenceOf } from '../instrument/yield-function.ts';
import { type CallResult, Session } from '../scheduler/session.ts';

/** Role that the application's backend calls as. */
const CALLER = 'service_role';

/** Milliseconds. As short as PostgreSQL allows: a deadlock ends at once. */
const DEADLOCK_TIMEOUT = 1;
/** A session that waited so long has looked for a deadlock already: whoever closes a circle later is its victim. */
const SETTLE_AFTER = 3;

/** Sessions of one workbench. */
export interface WorkbenchConnections {
  readonly sessions: readonly Session[];
  /** Holds the scheduler's locks. */
  readonly control: postgres.Sql;
  /** Writes rows and reads them, as the role that owns the schema. */
  readonly writer: postgres.Sql;
  /** Makes one call as the application would, without yields. */
  readonly caller: (call: string) => Promise<CallResult>;
  /** Milliseconds that a session must have waited for a lock before others go on. */
  readonly settle: number;
  readonly notes: readonly string[];
  close(): Promise<void>;
}

/** Opens all sessions that schedules need. */
export async function openSessions(databaseUrl: string, schema: string): Promise<WorkbenchConnections> {
  const notes: string[] = [];
  const single = (purpose: string): postgres.Sql =>
    postgres(databaseUrl, {
      max: 1,
      idle_timeout: 0,
      max_lifetime: null,
      onnotice: () => {},
      connection: { application_name: `table-stress explore ${purpose}`, TimeZone: 'UTC', DateStyle: 'ISO' },
    });
  const [control, writer, before] = [single('scheduler'), single('rows'), single('earlier calls')];
  const clients = [control, writer, before];
  const sessions: Session[] = [];
  const close = async (): Promise<void> => {
    await Promise.allSettled([
      ...sessions.map((session) => session.close()),
      ...clients.map((client) => client.end({ timeout: 1 })),
    ]);
  };
  try {
    const path = `set search_path = ${searchPath(schema)}`;
    await writer.unsafe(path);
    const caller = await callerSettings(writer, schema, notes);
    const quick = await mayHurryDeadlocks(writer, notes);
    // Plans are kept for the session: one that is made while tables are all but empty must not scan them when they are full.
    // Nobody needs these rows after a crash, so a commit need not wait for the disk.
    const plans = [
      'set max_parallel_workers_per_gather = 0',
      'set enable_seqscan = off',
      'set synchronous_commit = off',
    ];
    for (const setting of plans) await writer.unsafe(setting);
    const settings = [path, ...plans, ...quick, ...caller];
    for (const setting of [path, ...plans, ...caller]) await before.unsafe(setting);
    await control.unsafe('set statement_timeout = 0; set lock_timeout = 0');
    for (let slot = 0; slot < SLOTS - 1; slot += 1) {
      await writer.unsafe(`alter sequence ${qualified(schema, sequenceOf(slot))} restart`);
      sessions.push(await Session.open(databaseUrl, slot, settings));
    }
    return {
      sessions,
      control,
      writer,
      settle: quick.length > 0 ? SETTLE_AFTER : 0,
      notes,
      caller: async (call) => {
        try {
          const [row] = await before.unsafe(call);
          return { ok: true, body: row?.body ?? null };
        } catch (error) {
          const { code = 'unknown', message, detail = null, hint = null } = error as postgres.PostgresError;
          return { ok: false, code, message, detail, hint };
        }
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** Statements by which a session becomes the application's role, with no time limits of its own. */
async function callerSettings(sql: postgres.Sql, schema: string, notes: string[]): Promise<string[]> {
  const [may] = await sql<{ may: boolean }[]>`
    select coalesce(bool_or(pg_has_role(oid, 'MEMBER') and has_schema_privilege(oid, ${schema}, 'USAGE')), false) as may
      from pg_roles where rolname = ${CALLER}`;
  const limits = ['set statement_timeout = 0', 'set lock_timeout = 0', 'set client_min_messages = notice'];
  if (may?.may) return [...limits, `set role ${CALLER}`];
  notes.push(`calls are made as the connecting role, which may not become ${CALLER}`);
  return limits;
}

async function mayHurryDeadlocks(sql: postgres.Sql, notes: string[]): Promise<string[]> {
  const settings = [`set deadlock_timeout = ${DEADLOCK_TIMEOUT}`, 'set log_lock_waits = off'];
  try {
    for (const setting of settings) await sql.unsafe(setting);
    return settings;
  } catch (error) {
    notes.push(`deadlocks end after the server's own deadlock_timeout: ${messageOf(error)}`);
    return [];
  }
}
