import { messageOf, StressError } from '../../contracts/errors.ts';
import type { Progress } from '../../contracts/progress.ts';
import type { StatusMatrix } from '../../contracts/status-matrix.ts';
import { readLookups } from '../../seed/lookups.ts';
import { planCases } from '../../status-matrix/cases.ts';
import { makeMatrix, noMatrix } from '../../status-matrix/matrix.ts';
import { observeInTransaction } from '../../status-matrix/observe-in-transaction.ts';
import { writeMatrix } from '../status-matrix/write-matrix.ts';
import type { PreparedWorld } from './prepare-world.ts';
import type { RunContext } from './under-load.ts';

/**
 * Stage status-matrix, of runs with window-boundary: the cases on the schema that will get the load, before it does, in
 * a transaction that is rolled back. A matrix that cannot be had does not keep the run from its load.
 */
export async function tryStatusMatrix(
  run: RunContext,
  world: PreparedWorld,
  abort: AbortSignal,
): Promise<void> {
  const { request, plan, reporter, folder } = run;
  if (!request.scenarios.includes('window-boundary')) return;
  const matrix = await reporter.stage(
    'status-matrix',
    async (progress) => {
      if (world.sql === null) return noMatrix(plan.tag, 'only the API is known', false);
      try {
        return await findInTransaction(run, world, world.sql, { progress, signal: abort });
      } catch (error) {
        abort.throwIfAborted();
        const [reason = ''] = messageOf(error).split('\n');
        return noMatrix(plan.tag, error instanceof StressError ? reason : `it broke off (${reason})`, true);
      }
    },
    ({ skipped, variant }) => (skipped ? `not tried: ${skipped.reason}` : (variant?.text ?? '')),
    ({ verdict }) => verdict === 'pass',
  );
  await writeMatrix(folder, matrix);
}

async function findInTransaction(
  { plan, manifest }: RunContext,
  { schema, description }: PreparedWorld,
  sql: NonNullable<PreparedWorld['sql']>,
  context: { progress: Progress; signal: AbortSignal },
): Promise<StatusMatrix> {
  const origin = { tag: plan.tag, seed: plan.seed, anchor: Date.parse(plan.anchor) };
  const cases = planCases(origin.anchor);
  const seen = await observeInTransaction(sql, { ...context, schema, description, cases, origin });
  const notes = seen.rolledBack
    ? seen.notes
    : [...seen.notes, 'PostgreSQL does not call the transaction rolled back'];
  return makeMatrix({
    tag: plan.tag,
    records: seen.records,
    clone: null,
    notes,
    // The clone will be gone; the deployed schema has the same tables and functions.
    scripts: {
      description: { ...description, schema: manifest.data.isolation?.source ?? schema },
      lookups: await readLookups(sql, description),
      origin,
    },
  });
}
