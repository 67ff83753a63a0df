import { RUNNER_SUMMARY_VERSION, type RunnerSummary } from '../../contracts/runner-summary.ts';
import { OPERATION_VERSION, operationNames, type RunnerEnd } from '../../history/operation.ts';
import type { Environment } from './environment.ts';
import { runnerOf } from './segment.ts';

type SummaryData = Pick<RunnerSummary, 'metrics'>;

/**
 * `handleSummary` of every scenario: ends the history with the number of calls begun and recorded, and writes k6's
 * figures to the summary file, to the console, or a few of them to the terminal where neither is named.
 */
export function summarise(environment: Environment, run: string, data: SummaryData): Record<string, string> {
  const runner = runnerOf(environment);
  const count = (name: string): number => data.metrics[name]?.values.count ?? 0;
  const end: RunnerEnd = {
    v: OPERATION_VERSION,
    end: true,
    run,
    runner,
    begun: count('calls_begun'),
    recorded: operationNames.reduce((sum, name) => sum + count(`${name}_samples`), 0),
  };
  console.log(JSON.stringify(end));
  const { summaryFile } = environment;
  const summary: RunnerSummary = {
    v: RUNNER_SUMMARY_VERSION,
    summary: true,
    run,
    runner,
    metrics: data.metrics,
  };
  if (summaryFile === '-') console.log(JSON.stringify(summary));
  else if (summaryFile) return { [summaryFile]: JSON.stringify({ ...data, ...summary }, null, 2) };
  return { stderr: `${end.recorded} calls recorded by ${runner}\n` };
}
