import type { StagingLimits } from '../../contracts/staging-limits.ts';

/** Fewer errors than that are no trend, whatever their share. */
const LEAST_ERRORS = 20;

/** So many calls in a row that got no answer: each may take half a minute, so a share is not waited for. */
const SILENT_CALLS = 5;

/**
 * The target's own trouble. Not `transient`: deadlocks, serialization failures and lock time-outs are what the scenarios
 * provoke. Not `unexpected` either: that is a finding about the application.
 */
const TARGET_ERROR = /"class":"(?:overload|connection|setup)"/;
const NO_ANSWER = /"http":0[,}]/;
const CALL = /"class":"[a-z]+"/;

/** Watches the share of calls that failed because of the target, over the last calls of a run. */
export class ErrorLimit {
  private readonly settings: Pick<StagingLimits, 'max_error_share' | 'errors_over_calls'>;
  /** For each of the last calls the code it failed with, or null. */
  private readonly last: (string | null)[] = [];
  private errors = 0;
  private silent = 0;
  private tripped = false;

  constructor(settings: Pick<StagingLimits, 'max_error_share' | 'errors_over_calls'>) {
    this.settings = settings;
  }

  /**
   * Takes the next line of the history.
   *
   * @returns what happened, in words, when this line passed the limit; null otherwise, and ever after the first time
   */
  observe(line: string): string | null {
    if (this.tripped || !CALL.test(line)) return null;
    const code = TARGET_ERROR.test(line) ? codeOf(line) : null;
    this.last.push(code);
    if (code !== null) this.errors += 1;
    this.silent = code !== null && NO_ANSWER.test(line) ? this.silent + 1 : 0;
    if (this.last.length > this.settings.errors_over_calls && this.last.shift() !== null) this.errors -= 1;
    if (this.silent >= SILENT_CALLS && this.settings.max_error_share < 1) {
      this.tripped = true;
      return `${this.silent} calls in a row got no answer (${code}): the run was stopped to spare the target`;
    }
    const most = this.settings.max_error_share * this.last.length;
    if (code === null || this.errors < LEAST_ERRORS || this.errors <= most) return null;
    this.tripped = true;
    return (
      `${this.errors} of the last ${this.last.length} calls failed with ${this.codes()}: ` +
      'the run was stopped to spare the target'
    );
  }

  /** The codes of the last failures, the most frequent first. */
  private codes(): string {
    const counts = new Map<string, number>();
    for (const code of this.last) if (code !== null) counts.set(code, (counts.get(code) ?? 0) + 1);
    const ordered = [...counts].sort(([, a], [, b]) => b - a);
    const [only] = ordered;
    if (ordered.length === 1 && only) return only[0];
    return ordered.map(([code, count]) => `${code} (${count})`).join(', ');
  }
}

function codeOf(line: string): string {
  try {
    const { code, http } = JSON.parse(line) as { code?: unknown; http?: unknown };
    return typeof code === 'string' ? code : `HTTP ${String(http)}`;
  } catch {
    return 'an unknown code';
  }
}
