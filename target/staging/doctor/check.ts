import { messageOf, StressError } from '../../../contracts/errors.ts';
import type { Check } from '../../checks.ts';

export const ok = (name: string, detail: string, lines?: readonly string[]): Check => ({
  name,
  status: 'ok',
  detail,
  ...(lines === undefined ? {} : { lines }),
});

export const warn = (name: string, detail: string, fix: string): Check => ({
  name,
  status: 'warn',
  detail,
  fix,
});

export const fail = (name: string, detail: string, fix: string): Check => ({
  name,
  status: 'fail',
  detail,
  fix,
});

/** The check that an error makes of itself; the others go on. */
export function failedBy(name: string, error: unknown): Check {
  const fix = error instanceof StressError ? error.fixes.join('; ') : '';
  return fix === ''
    ? { name, status: 'fail', detail: messageOf(error) }
    : { name, status: 'fail', detail: messageOf(error), fix };
}

/** A check, or the failure that came instead of it. */
export async function attempt(
  name: string,
  check: () => Promise<Check | Check[]> | Check | Check[],
): Promise<Check[]> {
  try {
    return [await check()].flat();
  } catch (error) {
    return [failedBy(name, error)];
  }
}
