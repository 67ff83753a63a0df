import { z } from 'zod';
import { ExitCode } from './errors.ts';

/** Version of the JSON that `audit --json` prints. */
export const AUDIT_VERSION = 1;

/** The checks, in the order of the output. docs/audit.md has a section for each. */
export const checkIds = [
  'status-differs',
  'overlapping-allocations',
  'claims-of-ended-bookings',
  'expired-holds',
  'assignments-without-allocation',
  'allocations-without-assignment',
  'empty-merge-groups',
  'missing-exclusion-constraint',
  'missing-triggers',
  'lock-upgrades',
  'excessive-locks',
  'ambiguous-overloads',
] as const;
export type CheckId = (typeof checkIds)[number];

/** `not possible`: something that the check needs could not be looked at, so it says nothing. */
export const checkVerdicts = ['ok', 'finding', 'not possible'] as const;
export type CheckVerdict = (typeof checkVerdicts)[number];

/** `error`: guests or staff are affected, or calls fail. `warning`: they may be. `notice`: something is left over. */
export const severities = ['error', 'warning', 'notice'] as const;
export type Severity = (typeof severities)[number];

const rowSchema = z.record(z.string(), z.unknown());
export type Evidence = z.infer<typeof rowSchema>;

const checkResultSchema = z.strictObject({
  id: z.enum(checkIds),
  /** Whether it reads rows, or the catalog and the bodies of functions. */
  kind: z.enum(['data', 'schema']),
  severity: z.enum(severities),
  /** What has to hold, in one sentence. */
  sentence: z.string(),
  verdict: z.enum(checkVerdicts),
  /** One sentence for people; for `not possible` the reason. */
  summary: z.string(),
  /** How much was looked at, and what one is: `{ count: 212, of: 'tables' }`. Null when nothing was. */
  looked_at: z.strictObject({ count: z.int().nonnegative(), of: z.string() }).nullable(),
  /** All findings, though only the first few are in `rows`. */
  count: z.int().nonnegative(),
  /** The rows by what is the matter. `unclear`: such a row is no finding, and keeps the check from being ok. */
  reasons: z.array(
    z.strictObject({
      reason: z.string(),
      says: z.string(),
      means: z.enum(['finding', 'unclear']),
      count: z.int().positive(),
    }),
  ),
  /** The first rows; each has its `reason`. */
  rows: z.array(rowSchema),
  /** SQL that shows the same rows: literal, read-only, complete in itself. Null when there was nothing to ask. */
  query: z.string().nullable(),
  /** What to do, one action a line. */
  next: z.array(z.string()),
  /** What a reader should know, none of it a finding. */
  notes: z.array(z.string()),
  /** What this check could not see. */
  not_seen: z.array(z.string()),
});
export type CheckResult = z.infer<typeof checkResultSchema>;

export const auditResultSchema = z.strictObject({
  v: z.literal(AUDIT_VERSION),
  /** Where it looked, without a secret. */
  target: z.string(),
  schema: z.string(),
  database: z.strictObject({
    server_version: z.string(),
    role: z.string(),
    /** A standby that only follows another server. */
    replica: z.boolean(),
    /** Seconds since the last change that a replica has got; null where it cannot be known, or for no replica. */
    lag_seconds: z.number().nullable(),
  }),
  /** The instant that rows were compared with; ISO 8601. */
  at: z.string(),
  /** False when `--at` named another instant than the database's own clock. */
  at_is_now: z.boolean(),
  verdict: z.enum(checkVerdicts),
  /** One sentence for the top. */
  headline: z.string(),
  /** What the findings about status say of the cause; null when there are none. */
  hint: z.string().nullable(),
  exit_code: z.int(),
  checks: z.array(checkResultSchema),
  /** Proof that nothing was written. */
  read_only: z.strictObject({
    /** Transactions that were made, each of which showed `transaction_read_only = on` before its first query. */
    transactions: z.int().nonnegative(),
    /** Those that were given a transaction id, as every one that writes is. */
    with_transaction_id: z.literal(0),
  }),
});
export type AuditResult = z.infer<typeof auditResultSchema>;

/** finding > not possible > ok. Nothing at all is not possible: what was not looked at is never ok. */
export function mergeCheckVerdicts(verdicts: readonly CheckVerdict[]): CheckVerdict {
  if (verdicts.includes('finding')) return 'finding';
  if (verdicts.length === 0 || verdicts.includes('not possible')) return 'not possible';
  return 'ok';
}

/** The process's exit code for a verdict. */
export const auditExitCodes: Record<CheckVerdict, ExitCode> = {
  ok: ExitCode.pass,
  finding: ExitCode.fail,
  'not possible': ExitCode.unknown,
};
