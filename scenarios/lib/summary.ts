import { OPERATION_VERSION, operationNames, type RunnerEnd } from '../../history/operation.ts';
import type { Environment } from './environment.ts';

interface SummaryData {
  metrics: Record<string, { values: Record<string, number> } | undefined>;
}

/**
 * `handleSummary` of every scenario: ends the history with the number of calls begun and recorded, and writes k6's
 * figures to the summary file, or a few of them to the terminal where none is named.
 */
export function summarise(environment: Environment, run: string, data: SummaryData): Record<string, string> {
  const count = (name: string): number => data.metrics[name]?.values.count ?? 0;
  const end: RunnerEnd = {
    v: OPERATION_VERSION,
    end: true,
    run,
    runner: environment.runner,
    begun: count('calls_begun'),
    recorded: operationNames.reduce((sum, name) => sum + count(`${name}_samples`), 0),
  };
  console.log(JSON.stringify(end));
  if (environment.summaryFile) return { [environment.summaryFile]: JSON.stringify(data, null, 2) };
  return { stderr: `${end.recorded} calls recorded by ${environment.runner}\n` };
}
