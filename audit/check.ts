import type { CheckId, Severity } from '../contracts/audit-result.ts';
import type { Deployment } from './deployment/deployment.ts';
import type { Needs } from './deployment/needs.ts';
import type { Program } from './functions/program.ts';

/** One thing that the audit looks at. Nothing in it reaches the database: it writes the question, others ask it. */
export interface Check {
  readonly id: CheckId;
  readonly kind: 'data' | 'schema';
  readonly severity: Severity;
  /** What has to hold, in one sentence. */
  readonly sentence: string;
  /** Tables and columns that the question reads. Where one is missing or hidden the check is not possible. */
  readonly needs: Needs;
  /** Where there is nothing at all to look at, the check says nothing. */
  readonly needsRows?: boolean;
  /** What a row of the answer may say in its column `reason`. */
  readonly reasons: Readonly<Record<string, Reason>>;
  ask(context: Context): Question | Impossible;
}

export interface Reason {
  /** What it means, in words for the people who look after the application. */
  readonly says: string;
  /** What to do about it. */
  readonly next: string;
  /** `unclear`: it could not be decided, so it is no finding and nothing is ok. */
  readonly means?: 'finding' | 'unclear';
}

export interface Context {
  readonly deployment: Deployment;
  readonly program: Program;
  /** SQL for the instant that rows are compared with: `now()`, or a literal. */
  readonly at: string;
}

export interface Question {
  /**
   * SQL whose rows are the findings, the worst first; their first column is `reason`. Complete in itself, so that it can
   * be pasted into psql. Null when the catalog has answered already that there are none.
   */
  readonly query: string | null;
  /** How much is looked at: known, or SQL that counts it. */
  readonly lookedAt: { readonly count: number | { readonly sql: string }; readonly of: string };
  /** Counts that are no findings and worth a sentence when they are not zero. */
  readonly notes?: readonly { readonly sql: string; readonly says: (count: number) => string }[];
  /** Sentences worth knowing in any case. */
  readonly remarks?: readonly string[];
  /** What could not be seen and does not keep the check from being ok: it lies beside what the check is about. */
  readonly notSeen?: readonly string[];
  /** What could not be seen and does. */
  readonly unclear?: readonly string[];
}

/** The question cannot be asked of this deployment. */
export interface Impossible {
  readonly impossible: string;
  readonly next?: readonly string[];
}
