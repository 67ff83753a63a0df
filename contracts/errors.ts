/**
 * What the process reports to its caller. The numbers are part of the public interface; 99 is k6's own code
 * for crossed thresholds and 130 is the shell's code for an interrupt.
 */
export const ExitCode = {
  pass: 0,
  fail: 1,
  usage: 2,
  target: 3,
  unknown: 4,
  thresholds: 99,
  interrupted: 130,
} as const;

export type ExitCode = (typeof ExitCode)[keyof typeof ExitCode];

/**
 * An error whose message is meant for the user: it names what is wrong and what to do. Printed without a stack.
 * Messages must never contain a key, a token or a password.
 */
export class StressError extends Error {
  readonly exitCode: ExitCode;
  /** What the user can do about it, one action a line. */
  readonly fixes: readonly string[];

  constructor(message: string, exitCode: ExitCode, fixes: readonly string[] = [], cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = new.target.name;
    this.exitCode = exitCode;
    this.fixes = fixes;
  }
}

/** Bad usage, configuration or input file: exit code 2. */
export class UsageError extends StressError {
  constructor(message: string, fixes: readonly string[] = [], cause?: unknown) {
    super(message, ExitCode.usage, fixes, cause);
  }
}

/** The target or a tool that we need failed, so there is no verdict: exit code 3. */
export class TargetError extends StressError {
  constructor(message: string, fixes: readonly string[] = [], cause?: unknown) {
    super(message, ExitCode.target, fixes, cause);
  }
}

/** The user asked to stop (SIGINT, SIGTERM, SIGHUP): exit code 130, after teardown. */
export class InterruptedError extends StressError {
  constructor(message = 'interrupted') {
    super(message, ExitCode.interrupted);
  }
}

/** The message of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
