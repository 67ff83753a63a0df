import { ExitCode, StressError, TargetError } from '../../contracts/errors.ts';
import type { StagingLimits } from '../../contracts/staging-limits.ts';
import { ErrorLimit } from './error-limit.ts';

/** Limits at which the load is stopped; a target of our own has none. */
export type LoadLimits = Pick<StagingLimits, 'max_error_share' | 'errors_over_calls' | 'max_duration_s'>;

/** Stops the load when the target is in trouble, or when its time is up. */
export class LoadGuard {
  private readonly controller = new AbortController();
  private readonly errors: ErrorLimit | null;
  private readonly timer: NodeJS.Timeout | null;

  /** Time counts from now on. Without limits nothing is ever stopped. */
  constructor(limits: LoadLimits | undefined) {
    this.errors = limits ? new ErrorLimit(limits) : null;
    this.timer = limits ? setTimeout(() => this.timeIsUp(limits), limits.max_duration_s * 1000) : null;
    this.timer?.unref();
  }

  /** Fires once, with the error that the run ends with. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Why the load was stopped, in words; null when it was not. */
  get reason(): string | null {
    const { aborted, reason } = this.signal;
    return aborted && reason instanceof Error ? reason.message : null;
  }

  /** Takes the next line of the history. */
  observe(line: string): void {
    const message = this.errors?.observe(line) ?? null;
    if (message === null) return;
    this.stop(
      new TargetError(message, [
        'see whether the project is up, its compute and its pool are large enough, and the key is the right one',
        'or load it less: staging.max_requests_per_second and staging.max_connections in thresholds.json',
      ]),
    );
  }

  /** Stops the load because of a violation that was seen (`--fail-fast`); nothing without one. */
  stopAt(violation: string | undefined): void {
    if (violation === undefined || this.signal.aborted) return;
    this.stop(
      new StressError(`--fail-fast: ${violation}`, ExitCode.fail, [
        'what it was is in the report; leave out --fail-fast to see more of it',
      ]),
    );
  }

  /** Ends the watch over the time. */
  release(): void {
    if (this.timer) clearTimeout(this.timer);
  }

  private timeIsUp({ max_duration_s }: LoadLimits): void {
    const message = `the load was not over after ${max_duration_s} s (staging.max_duration_s): the run was stopped`;
    this.stop(
      new TargetError(message, [
        'the target is slower than the schedule: raise staging.max_duration_s in thresholds.json, or use a smaller profile',
      ]),
    );
  }

  private stop(error: StressError): void {
    if (!this.signal.aborted) this.controller.abort(error);
  }
}
