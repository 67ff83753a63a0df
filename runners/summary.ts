import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { RUNNER_SUMMARY_VERSION, type RunnerSummary } from '../contracts/runner-summary.ts';

const metricSchema = z.looseObject({
  type: z.string().optional(),
  values: z.record(z.string(), z.number()),
});

/** What one k6 says at its end; k6 writes more than is read here. */
export const runnerSummarySchema = z.looseObject({
  v: z.literal(RUNNER_SUMMARY_VERSION),
  summary: z.literal(true),
  run: z.string(),
  runner: z.string().min(1),
  metrics: z.record(z.string(), metricSchema),
});

/** @returns null when there is none, or it cannot be read: a k6 that was killed leaves none */
export async function readSummary(file: string): Promise<RunnerSummary | null> {
  try {
    return runnerSummarySchema.parse(JSON.parse(await readFile(file, 'utf8'))) as RunnerSummary;
  } catch {
    return null;
  }
}
