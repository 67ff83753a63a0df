import { ExitCode } from '../contracts/errors.ts';

/**
 * Two deliveries this close together are one: a terminal signals the whole process group, and npm hands on what it got
 * as well.
 */
const SAME_MILLISECONDS = 150;

/**
 * Turns the first SIGINT, SIGTERM or SIGHUP into an abort, so that teardown can run; the second one stops at once.
 *
 * @param onFirst called once, with what to tell the user
 * @param howToCleanUp asked at the second signal
 */
export function handleInterrupts(
  onFirst: (line: string) => void,
  howToCleanUp: () => string,
): {
  signal: AbortSignal;
  release: () => void;
} {
  const controller = new AbortController();
  let first = 0;
  const handle = (name: NodeJS.Signals): void => {
    const now = performance.now();
    if (!controller.signal.aborted) {
      first = now;
      controller.abort(name);
      onFirst(`${name}: stopping, then tearing down; once more stops at once`);
    } else if (now - first > SAME_MILLISECONDS) {
      process.stderr.write(`\n${name} again: stopped at once. ${howToCleanUp()}\n`);
      process.exit(ExitCode.interrupted);
    }
  };
  const names: NodeJS.Signals[] = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const name of names) process.on(name, handle);
  return {
    signal: controller.signal,
    release: () => {
      for (const name of names) process.off(name, handle);
    },
  };
}

/** Resolves when the signal fires. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
