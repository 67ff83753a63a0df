import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError } from '../contracts/errors.ts';

/**
 * Asks `probe` every `intervalMs` until it answers something else than undefined.
 *
 * @returns the answer, or undefined when `deadlineMs` passed without one.
 * @throws InterruptedError when the signal fires; whatever `probe` throws.
 */
export async function pollUntil<T>(
  probe: () => Promise<T | undefined> | T | undefined,
  options: { intervalMs: number; deadlineMs: number; signal?: AbortSignal | undefined },
): Promise<T | undefined> {
  const deadline = performance.now() + options.deadlineMs;
  for (;;) {
    if (options.signal?.aborted) throw new InterruptedError();
    const answer = await probe();
    if (answer !== undefined) return answer;
    if (performance.now() >= deadline) return undefined;
    await delay(options.intervalMs);
  }
}
