/** How far a case is gone into. */
export interface CaseLimits {
  /** Most preemptions that are gone through systematically. */
  readonly preemptions: number;
  /** Milliseconds for the case. */
  readonly budget: number;
  /** Milliseconds for one schedule. */
  readonly deadline: number;
  /** Random schedules, at most, when the systematic ones are done or time for them is over. */
  readonly samples: number;
  /** Whether schedules that differ in the order of independent steps only are left out. */
  readonly reduce: boolean;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Goes on after a finding until the limits are reached. */
  readonly keepGoing: boolean;
}

/** How a case stands. */
export interface CaseProgress {
  readonly schedules: number;
  readonly perSecond: number;
  readonly frontier: number;
  readonly preemptions: number;
}
