import type { Counters } from './message.ts';
import type { CallResult } from './session.ts';

/** A step of a session: from one yield to the next, or to the end of its call. */
export interface Step {
  readonly session: number;
  /** From 1, for each session. */
  readonly index: number;
  /** Yield point at which it begins. */
  readonly point: number;
  /** What it counted; null for the last step of a call, after which nothing is reported. */
  readonly counted: Counters | null;
  /** The lock that it had to wait for. */
  readonly blocked: { readonly lock: string; readonly by: readonly number[] } | null;
}

/** Steps in the order in which they began, and the moments at which those that were blocked went on. */
export type TraceEvent =
  | { readonly kind: 'step'; readonly step: Step }
  | { readonly kind: 'resume'; readonly session: number };

/** How one session's call went. */
export interface CallTrace {
  readonly result: CallResult;
  /** Milliseconds on this process's monotonic clock. */
  readonly sent: number;
  readonly ended: number;
  readonly steps: number;
}

/** What happened in one schedule. */
export interface Trace {
  readonly events: readonly TraceEvent[];
  readonly calls: readonly CallTrace[];
  /** Why the schedule did not come to its end; null when it did. */
  readonly stuck: string | null;
}
