import { writeJson } from '../../contracts/json-file.ts';
import { TEARDOWN_VERSION, type TeardownResult } from '../../contracts/teardown-result.ts';
import { combineClocks, measureDatabaseClock } from '../../observe/database-clock.ts';
import { writeFinalState } from '../../observe/final-state.ts';
import { tearDown } from '../../teardown/teardown.ts';
import type { OpenTarget } from './open-target.ts';
import type { PreparedWorld } from './prepare-world.ts';
import type { RunContext } from './under-load.ts';

/** Stage history: what is in the database once the load has ended, next to what the calls were told. */
export async function writeEnd(run: RunContext, world: PreparedWorld): Promise<void> {
  const tables = world.description.tables.map((table) => table.name);
  const { manifest } = run;
  const first = manifest.data.database_clock;
  const second = await measureDatabaseClock(world.sql);
  if (first) await manifest.update({ database_clock: combineClocks(first, second) });
  await run.reporter.stage(
    'history',
    () => writeFinalState(world.sql, world.schema, tables, run.plan.tag, run.folder.finalState),
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
  await reporter.stage(
    'teardown',
    async (progress) => {
      const { client, sql, description, untaggedBefore } = world;
      const result = await tearDown({ client, sql, description, tag: plan.tag, untaggedBefore, progress });
      await writeJson(folder.teardown, result);
      return result;
    },
    describeTeardown,
    isClean,
  );
}

/** Whether teardown proved that nothing is left. */
export function isClean(result: TeardownResult): boolean {
  return result.problems.length === 0 && (result.left ?? [{ rows: 1 }]).every(({ rows }) => rows === 0);
}

export function describeTeardown(result: TeardownResult): string {
  const deleted = result.deleted.reduce((sum, { rows }) => sum + rows, 0);
  const left = result.left?.reduce((sum, { rows }) => sum + rows, 0) ?? 'an unknown number';
  const problems = result.problems.length > 0 ? `; ${result.problems.join('; ')}` : '';
  return `${deleted} rows deleted, ${left} left${problems}`;
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
    problems: [why],
  };
}
