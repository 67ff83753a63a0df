import { z } from 'zod';
import { faultNames } from './faults.ts';
import { scenarioNames } from './thresholds.ts';
import { invariantIds } from './verdict.ts';

export const BROKEN_TABLE_VERSION = 1;

/**
 * `caught`: the promise that was expected failed. `caught-by-another`: other promises did. `missed`: the run passed.
 * `unknown`: nothing failed, and not all could be decided. `failed`: the run itself did not come to a verdict.
 */
export const catches = ['caught', 'caught-by-another', 'missed', 'unknown', 'failed'] as const;
export type Catch = (typeof catches)[number];

const judged = {
  /** Promises that failed. */
  failed_by: z.array(z.enum(invariantIds)),
  seed: z.int(),
  /** From start to exit. */
  seconds: z.number(),
  /** No other run was under way. */
  alone: z.boolean(),
};

const variantRowSchema = z.strictObject({
  id: z.string(),
  category: z.string(),
  defect: z.string(),
  scenario: z.enum(scenarioNames),
  expect: z.enum(invariantIds),
  /** The fault that the run injected to show it. */
  fault: z.enum(faultNames).optional(),
  result: z.enum(catches),
  ...judged,
});

const correctRowSchema = z.strictObject({
  result: z.enum(['pass', 'false-alarm', 'unknown', 'failed']),
  ...judged,
});

/** What `table-stress broken` found: one row for each broken variant, and one for each run of the correct application. */
export const brokenTableSchema = z.strictObject({
  v: z.literal(BROKEN_TABLE_VERSION),
  /** UTC, ISO 8601. */
  started_at: z.string(),
  commit: z.string().nullable(),
  /** Whether the work tree differed from the commit. */
  dirty: z.boolean().nullable(),
  cores: z.int(),
  /** Runs side by side. */
  jobs: z.int(),
  variants: z.array(variantRowSchema),
  correct: z.array(correctRowSchema),
  /** Runs that were planned and not made, because of an interrupt. */
  left: z.int(),
});

export type VariantRow = z.infer<typeof variantRowSchema>;
export type CorrectRow = z.infer<typeof correctRowSchema>;
export type BrokenTable = z.infer<typeof brokenTableSchema>;
