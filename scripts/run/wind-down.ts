import { writeJson } from '../../contracts/json-file.ts';
import { type Removal, TEARDOWN_VERSION, type TeardownResult } from '../../contracts/teardown-result.ts';
import { combineClocks, measureDatabaseClock } from '../../observe/database-clock.ts';
import { writeFinalState } from '../../observe/final-state.ts';
import { writeFinalStateFromApi } from '../../observe/final-state-api.ts';
import { tearDown } from '../../teardown/teardown.ts';
import type { OpenTarget } from './open-target.ts';
import type { PreparedWorld } from './prepare-world.ts';
import type { RunContext } from './under-load.ts';

/** Stage history: what is in the database once the load has ended, next to what the calls were told. */
export async function writeEnd(run: RunContext, world: PreparedWorld): Promise<void> {
  const { manifest, folder, plan } = run;
  const { sql, schema, description, client } = world;
  const first = manifest.data.database_clock;
  if (sql && first) {
    await manifest.update({ database_clock: combineClocks(first, await measureDatabaseClock(sql)) });
  }
  const tables = description.tables.map((table) => table.name);
  await run.reporter.stage(
    'history',
    () =>
      sql
        ? writeFinalState(sql, schema, tables, plan.tag, folder.finalState)
        : writeFinalStateFromApi(client, description, plan.tag, folder.finalState),
    (rows) => `${rows} rows in the final state`,
  );
}

/** Stage teardown. Its proof is an input of the verdict, so it runs before verify. */
export async function tearDownWorld(run: RunContext, open: OpenTarget, world: PreparedWorld): Promise<void> {
  const { folder, reporter, request, plan } = run;
  const gone = open.temporary && open.isLost();
  if (request.keep || gone) {
    const why = gone
      ? 'the embedded target is gone, and its rows with it'
      : 'rows were kept on request (--keep)';
    await writeJson(folder.teardown, notPerformed(plan.tag, world, why));
    reporter.say(`  teardown         not done: ${why}`);
    return;
  }
  const result = await reporter.stage(
    'teardown',
    async (progress) => {
      // Where that cannot be seen, it may be.
      const shared = await world.isShared(plan.tag).catch(() => true);
      const known = shared ? null : world.known;
      const done = await tearDown({ ...world, known, shared, tag: plan.tag, progress });
      await writeJson(folder.teardown, done);
      return done;
    },
    describeTeardown,
    isClean,
  );
  // Rows in the deployed schema are a finding, which teardown never touches.
  if (isClean({ ...result, source: null }) || open.temporary) return;
  const needed = world.sql === null ? ', with SUPABASE_DB_URL set' : '';
  reporter.say(
    `  → finish it, or see that nothing is left: npm run stress -- teardown --run ${plan.tag} --target ${request.target}${needed}`,
  );
}

/** Whether teardown proved that nothing is left. */
export function isClean(result: TeardownResult): boolean {
  const { problems, left, source, isolation } = result;
  const removed =
    isolation === null || isolation.stays !== null || (isolation.removed && isolation.problems.length === 0);
  const none = (counts: readonly { rows: number }[]): boolean => counts.every(({ rows }) => rows === 0);
  return problems.length === 0 && removed && none(left ?? [{ rows: 1 }]) && none(source?.tagged ?? []);
}

export function describeTeardown(result: TeardownResult): string {
  const deleted = result.deleted.reduce((sum, { rows }) => sum + rows, 0);
  const left = result.left?.reduce((sum, { rows }) => sum + rows, 0) ?? 'an unknown number';
  const problems = result.problems.length > 0 ? `; ${result.problems.join('; ')}` : '';
  const { isolation } = result;
  const schema = isolation === null ? '' : `; schema ${isolation.schema} ${fateOf(isolation)}`;
  return `${deleted} rows deleted, ${left} left${schema}${problems}`;
}

function fateOf({ removed, stays, problems }: Removal): string {
  if (removed) return problems.length === 0 ? 'removed' : `removed, but: ${problems.join('; ')}`;
  return stays !== null ? `stays: ${stays}` : `is not removed: ${problems.join('; ')}`;
}

function notPerformed(run: string, world: PreparedWorld, why: string): TeardownResult {
  return {
    v: TEARDOWN_VERSION,
    run,
    performed: false,
    deleted: [],
    left: null,
    untagged_before: world.untaggedBefore,
    untagged_after: null,
    source: null,
    isolation: null,
    problems: [why],
  };
}
