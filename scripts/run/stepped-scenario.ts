import { ObservationWriter } from '../../boundaries/observations.ts';
import { stepAcrossBoundaries } from '../../boundaries/step-across.ts';
import { TargetError } from '../../contracts/errors.ts';
import type { Progress } from '../../contracts/progress.ts';
import { HistoryWriter } from '../../history/write.ts';
import { withoutUsers } from '../../isolate/in-use.ts';
import type { WindowBoundaryPlan } from '../../plan/scenarios/window-boundary.ts';
import type { K6Result } from './k6-process.ts';
import type { PreparedWorld } from './prepare-world.ts';
import type { RunContext } from './under-load.ts';

/**
 * The scenario window-boundary where the clock can be set: this process itself steps across the boundaries, instead of
 * k6 waiting for them. Files and result are as k6's.
 *
 * @throws TargetError when others use the schema, whose clock they would see as well
 */
export async function runSteppedScenario(
  { folder, plan }: RunContext,
  { sql, schema, client, isShared }: PreparedWorld,
  { settings, stepped }: WindowBoundaryPlan,
  options: { signal: AbortSignal; progress: Progress },
): Promise<K6Result> {
  if (!sql || !stepped) throw new TargetError('the virtual clock can only be set over a database connection');
  if (await isShared(plan.tag)) throw shared(schema);
  const names = { run: plan.tag, runner: 'window-boundary', scenario: 'window-boundary' };
  const history = new HistoryWriter(folder.historyOf('window-boundary'), names);
  const observations = new ObservationWriter(folder.boundaries, plan.tag);
  const pause = plan.min_interval_ms?.['window-boundary'] ?? 0;
  try {
    await withoutUsers(sql, schema, () =>
      stepAcrossBoundaries({
        sql,
        schema,
        client,
        settings,
        stepped,
        history,
        observations,
        pause,
        ...options,
      }),
    );
    await history.end();
    await observations.end();
    return { exitCode: 0, aborted: null, thresholdsCrossed: [] };
  } catch (error) {
    await history.close();
    await observations.close();
    if (options.signal.aborted) return { exitCode: null, aborted: 'interrupted', thresholdsCrossed: [] };
    throw error;
  }
}

function shared(schema: string): TargetError {
  return new TargetError(`schema ${schema} is used by another run, which would see its clock set`, [
    'wait for it to end, or name another schema with --schema NAME',
  ]);
}
