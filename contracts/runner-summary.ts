/** Version of the format of what k6 says at its end, `k6/*.json` of a run. */
export const RUNNER_SUMMARY_VERSION = 1;

/** A metric of k6 over a whole test: `values` by the name of the aggregation, for instance `count` or `p(95)`. */
export interface SummaryMetric {
  type?: string;
  values: Record<string, number>;
}

/** What one load generator's k6 says at its end. On the console it is one line, behind the last line of the history. */
export interface RunnerSummary {
  v: typeof RUNNER_SUMMARY_VERSION;
  summary: true;
  /** The run's tag. */
  run: string;
  runner: string;
  metrics: Record<string, SummaryMetric | undefined>;
}
