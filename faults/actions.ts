import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import type { FaultKind, PlannedFault } from '../contracts/faults.ts';
import type { Random } from '../plan/random.ts';
import type { FaultControls } from '../target/embedded-supabase.ts';
import type { Disturbance } from '../target/gateway/disturbance.ts';

/** What faults are done to. */
export interface Disturbed {
  controls: FaultControls;
  /** A connection of a superuser, which reconnects by itself. */
  sql: postgres.Sql;
  /** The schema under load. */
  schema: string;
  /** Which sessions and requests are hit. */
  random: Random;
}

/**
 * Does what is planned, and resolves once all runs again.
 *
 * @param over fires when the load has ended: what lasts is cut short
 * @returns how many sessions or requests were hit; null where that says nothing
 */
type FaultAction = (target: Disturbed, fault: PlannedFault, over: AbortSignal) => Promise<number | null>;

export const faultActions: Readonly<Record<FaultKind, FaultAction>> = {
  async 'kill-backends'({ sql, random }, { share }) {
    const sessions = await sql<{ pid: number }[]>`
      select pid from pg_stat_activity where usename = 'authenticator' and backend_type = 'client backend' order by pid`;
    const chosen = sessions.filter(() => random.integer(1, 1000) <= share * 1000).map(({ pid }) => pid);
    if (chosen.length === 0) chosen.push(...sessions.slice(0, 1).map(({ pid }) => pid));
    await sql`select pg_terminate_backend(pid) from unnest(${chosen}::int[]) as pid`;
    return chosen.length;
  },
  async crash({ controls }) {
    await controls.crashDatabase();
    return null;
  },
  async pause({ controls }, { duration_ms }, over) {
    await controls.pauseDatabase(duration_ms, over);
    return null;
  },
  async 'restart-postgrest'({ controls }) {
    await controls.restartPostgrest();
    return null;
  },
  async 'exhaust-pool'({ sql, schema }, { duration_ms }, over) {
    await sql.begin(async (transaction) => {
      await transaction`lock table ${transaction(`${schema}.table_inventory`)} in access exclusive mode`;
      await wait(duration_ms, over);
    });
    return null;
  },
  'drop-replies': (target, fault, over) => disturb(target, fault, over, () => ({ kind: 'drop-reply' })),
  'drop-requests': (target, fault, over) => disturb(target, fault, over, () => ({ kind: 'drop-request' })),
  delay: (target, fault, over) =>
    disturb(target, fault, over, () => ({ kind: 'delay', ms: target.random.integer(20, 400) })),
};

async function disturb(
  { controls, random }: Disturbed,
  { share, duration_ms }: PlannedFault,
  over: AbortSignal,
  choose: () => Disturbance,
): Promise<number> {
  let hit = 0;
  controls.disturbRequests(() => {
    if (random.integer(1, 1000) > share * 1000) return null;
    hit += 1;
    return choose();
  });
  try {
    await wait(duration_ms, over);
  } finally {
    controls.disturbRequests(null);
  }
  return hit;
}

async function wait(milliseconds: number, over: AbortSignal): Promise<void> {
  await delay(milliseconds, undefined, { signal: over }).catch(() => {});
}
