import { z } from 'zod';
import { operationSchema } from '../history/schema.ts';

/** Version of verdict.json's format. */
export const VERDICT_VERSION = 1;

/** The promises that are checked, in the order of the report. docs/verdicts.md has a section for each. */
export const invariantIds = [
  'no-double-booking',
  'acked-is-durable',
  'no-phantom',
  'atomic-merge',
  'idempotent-replay',
  'linearizable',
  'one-winner',
  'justified-rejection',
  'linked',
  'mapped-errors',
  'status-rule',
  'status-fresh',
  'progress',
  'contended',
  'isolated',
] as const;
export type InvariantId = (typeof invariantIds)[number];

export const verdictValues = ['pass', 'fail', 'unknown'] as const;
export type VerdictValue = (typeof verdictValues)[number];

const stepSchema = z.strictObject({
  /** Nanoseconds on the runner's clock, or null for a step that has no instant (a row of the final state). */
  at: z.number().nullable(),
  /** The operation it speaks of, as `runner/pPROCESS#INDEX`; null when it speaks of rows. */
  operation: z.string().nullable(),
  text: z.string(),
  /** Here the promise breaks; where no step has it, it is the last one. */
  contradiction: z.literal(true).optional(),
});

const violationSchema = z.strictObject({
  /** One sentence: what contradicts the promise. */
  title: z.string(),
  /** In order, so that a reader can follow it to the contradiction; never empty. */
  steps: z.array(stepSchema).min(1),
  /** The smallest set of operations that shows it. */
  operations: z.array(operationSchema),
  /** Rows of the final state, or other records, that it rests on. */
  rows: z.array(z.record(z.string(), z.unknown())),
  /** A command that provokes it again. */
  repro: z.string(),
});
export type Violation = z.infer<typeof violationSchema>;
export type ViolationStep = z.infer<typeof stepSchema>;

const invariantResultSchema = z.strictObject({
  id: z.enum(invariantIds),
  promise: z.string(),
  verdict: z.enum(verdictValues),
  /** How many things were checked, and what one is: `{ count: 960, of: 'calls' }`. */
  checked: z.strictObject({ count: z.int().nonnegative(), of: z.string() }),
  /** One sentence for people; for `unknown` the reason and what to change. */
  summary: z.string(),
  /** All that were found, though only the first few are kept in `violations`. */
  violation_count: z.int().nonnegative(),
  violations: z.array(violationSchema),
});
export type InvariantResult = z.infer<typeof invariantResultSchema>;

/** Something that was measured and is not judged. */
const measurementSchema = z.strictObject({
  scenario: z.string(),
  /** For people. */
  sentence: z.string(),
  /** By name, with the unit in it; null where there was nothing to measure. */
  values: z.record(z.string(), z.number().nullable()),
});
export type Measurement = z.infer<typeof measurementSchema>;

/** What a run found out about the interleavings of a few calls; the whole of it is in explore/explore.json. */
const exploredSchema = z.strictObject({
  /** Unknown where nothing was explored, or not to an end: that alone opens no verdict of a run. */
  verdict: z.enum(verdictValues),
  /** One sentence for people. */
  summary: z.string(),
  cases: z.array(
    z.strictObject({
      name: z.string(),
      verdict: z.enum(verdictValues),
      /** What holds of its schedules, in words. */
      claim: z.string(),
      schedules: z.int().nonnegative(),
    }),
  ),
});
export type Explored = z.infer<typeof exploredSchema>;

export const verdictSchema = z.strictObject({
  v: z.literal(VERDICT_VERSION),
  run: z.string(),
  verdict: z.enum(verdictValues),
  /** One sentence for the top of every report. */
  headline: z.string(),
  /** What to do next, one action a line. */
  next: z.array(z.string()),
  exit_code: z.int(),
  invariants: z.array(invariantResultSchema),
  /** Promises that the scenarios of this run do not provoke: neither passed nor unknown. */
  not_covered: z.array(z.enum(invariantIds)),
  operations: z.strictObject({
    total: z.int().nonnegative(),
    by_class: z.record(z.string(), z.int()),
    by_type: z.record(z.string(), z.int()),
  }),
  thresholds_crossed: z.array(z.string()),
  measurements: z.array(measurementSchema).default([]),
  /** Null: the run was not to explore. */
  explored: exploredSchema.nullable().default(null),
  /** Warnings about the measurement itself: late starts, records cut short, clock too coarse. */
  warnings: z.array(z.string()),
});
export type Verdict = z.infer<typeof verdictSchema>;

/** fail > unknown > pass. Nothing at all is unknown: what was not observed never passes. */
export function mergeVerdicts(values: readonly VerdictValue[]): VerdictValue {
  if (values.includes('fail')) return 'fail';
  if (values.length === 0 || values.includes('unknown')) return 'unknown';
  return 'pass';
}
