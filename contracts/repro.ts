import { z } from 'zod';
import { invariantIds } from './verdict.ts';

/** Version of repro.json's format. */
export const REPRO_VERSION = 1;

export const reproResults = ['reproduced', 'not reproduced', 'not tried'] as const;
export type ReproResult = (typeof reproResults)[number];

const reproducedViolationSchema = z.strictObject({
  /** Position among all violations that verdict.json keeps, from 1, in its order. */
  number: z.int().positive(),
  invariant: z.enum(invariantIds),
  /** The violation's title: a verdict that was made again may have others under the same numbers. */
  title: z.string(),
  result: z.enum(reproResults),
  /** Tries that were made; when it was reproduced, the last of them did it. */
  tries: z.int().nonnegative(),
  /** What the verifier found in the try that reproduced it; null without one. */
  found: z.string().nullable(),
  /** Why it was not tried; null when it was. */
  reason: z.string().nullable(),
  /** Sessions and calls of the script, and calls that its set-up makes before; all 0 where replays made none. */
  sessions: z.int().nonnegative(),
  calls: z.int().nonnegative(),
  earlier_calls: z.int().nonnegative(),
  /** The script, relative to the run folder: of a replay, or of the status matrix; null when there is none. */
  script: z.string().nullable(),
});
export type ViolationRepro = z.infer<typeof reproducedViolationSchema>;

/** Which violations of a run could be provoked again, one at a time. docs/replay.md explains the method. */
export const reproSchema = z.strictObject({
  v: z.literal(REPRO_VERSION),
  run: z.string().regex(/^[0-9a-f]{8}$/),
  /** The application that they were tried on; null when none was opened. */
  copy: z
    .strictObject({
      description: z.string(),
      schema: z.string(),
      broken: z.string().nullable(),
      /** Whether its functions are those that the run tested, by their fingerprint. */
      same_functions: z.boolean(),
    })
    .nullable(),
  violations: z.array(reproducedViolationSchema),
});
export type Repro = z.infer<typeof reproSchema>;

/** What became of one violation, in words for people. */
export function resultInWords({ result, tries, reason }: ViolationRepro): string {
  const count = `${tries} ${tries === 1 ? 'try' : 'tries'}`;
  if (result === 'reproduced') return `reproduced in try ${tries}`;
  if (result === 'not reproduced') return `not reproduced in ${count}`;
  return `not tried: ${reason ?? 'no reason is known'}`;
}

/** The entry of a violation; null where the file speaks of another verdict, or of none. */
export function reproOf(repro: Repro | null, number: number, title: string): ViolationRepro | null {
  const found = repro?.violations.find((violation) => violation.number === number);
  return found?.title === title ? found : null;
}
