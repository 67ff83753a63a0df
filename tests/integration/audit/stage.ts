import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { audit } from '../../../audit/audit.ts';
import type { Patience } from '../../../audit/connection/read-only.ts';
import type { AuditResult, CheckId, CheckResult } from '../../../contracts/audit-result.ts';
import { type Reference, startReference } from '../reference/database.ts';
import { makeWorld, type World } from '../reference/world.ts';

/** A window in minutes from now, and what else an allocation may have. */
export interface Claim {
  table: string;
  booking?: string | null;
  from: number;
  to: number;
  /** When it was written, in minutes from now; long ago by default. */
  written?: number;
  maintenance?: boolean;
  shadow?: boolean;
  type?: 'table' | 'merge_group';
  restaurant?: string;
}

/** The reference application, and rows that it would never have written: its triggers and foreign keys are left out. */
export interface Stage {
  readonly reference: Reference;
  readonly world: World;
  /** As a superuser, without triggers and foreign keys. */
  readonly sql: postgres.Sql;
  claim(claim: Claim): Promise<string>;
  /** Tables of the world in a status. */
  table(status?: string): Promise<string>;
  /** A booking; when its guests came, and when they left, in minutes from now. */
  booking(status?: string, checkedIn?: number, checkedOut?: number): Promise<string>;
  assignment(values: Record<string, unknown>): Promise<string>;
  hold(values: Record<string, unknown>): Promise<string>;
  look(check: CheckId, options?: LookOptions): Promise<CheckResult>;
  stop(): Promise<void>;
}

export interface LookOptions {
  url?: string;
  limit?: number;
  at?: Date;
  schema?: string;
  patience?: Patience;
}

/** One instant for the whole file, so that windows which touch do so exactly. */
const now = Date.now();

/** An instant so many minutes from now, as SQL takes it. */
export const minutes = (number: number): string => new Date(now + number * 60_000).toISOString();

export async function startStage(on?: Reference): Promise<Stage> {
  const reference = on ?? (await startReference());
  const world = await makeWorld(reference.sql);
  const sql = postgres(reference.target.superuserUrl, {
    max: 1,
    onnotice: () => {},
    connection: { session_replication_role: 'replica' },
  });
  const stage: Stage = {
    reference,
    world,
    sql,
    async claim({ table, booking = null, from, to, ...more }) {
      const id = randomUUID();
      await sql`
        INSERT INTO allocations
          (id, booking_id, restaurant_id, resource_type, resource_id, "window", shadow, is_maintenance, created_at)
        VALUES (${id}, ${booking}, ${more.restaurant ?? world.restaurantId}, ${more.type ?? 'table'}, ${table},
          tstzrange(${minutes(from)}, ${minutes(to)}), ${more.shadow ?? false}, ${more.maintenance ?? false},
          ${minutes(more.written ?? -10_000)})`;
      return id;
    },
    async table(status = 'available') {
      const id = await world.table();
      await sql`UPDATE table_inventory SET status = ${status} WHERE id = ${id}`;
      return id;
    },
    async booking(status = 'confirmed', checkedIn = -5, checkedOut = -1) {
      const id = await world.booking();
      const at = ['checked_in', 'completed'].includes(status) ? minutes(checkedIn) : null;
      const out = status === 'completed' ? minutes(checkedOut) : null;
      await sql`
        UPDATE bookings SET status = ${status}, checked_in_at = ${at}, checked_out_at = ${out} WHERE id = ${id}`;
      return id;
    },
    async assignment(values) {
      const id = randomUUID();
      const window = { start_at: minutes(60), end_at: minutes(120) };
      await sql`INSERT INTO booking_table_assignments ${sql({ id, ...window, ...values })}`;
      return id;
    },
    async hold(values) {
      const id = randomUUID();
      const window = { start_at: minutes(60), end_at: minutes(120), expires_at: minutes(10) };
      await sql`INSERT INTO table_holds ${sql({ id, restaurant_id: world.restaurantId, ...window, ...values })}`;
      return id;
    },
    async look(check, options = {}) {
      const { checks } = await lookAt(options.url ?? reference.target.databaseUrl, [check], options);
      return checks[0] as CheckResult;
    },
    async stop() {
      await sql.end({ timeout: 2 });
      await reference.stop();
    },
  };
  return stage;
}

/** All checks, or some, of a database. */
export function lookAt(
  databaseUrl: string,
  checks: readonly CheckId[] = [],
  { schema = 'public', limit = 10_000, at, patience }: LookOptions = {},
): Promise<AuditResult> {
  return audit({
    databaseUrl,
    target: 'the stage',
    schema,
    at: at ?? null,
    checks,
    limit,
    ...(patience && { patience }),
  });
}

/** Runs a printed query as a person would: on another connection, pasted as it is. */
export async function paste(databaseUrl: string, query: string | null): Promise<Record<string, unknown>[]> {
  if (query === null) throw new Error('there is no query to paste');
  const sql = postgres(databaseUrl, { max: 1, onnotice: () => {} });
  try {
    return [...(await sql.unsafe(query))];
  } finally {
    await sql.end({ timeout: 2 });
  }
}
