import { UsageError } from '../contracts/errors.ts';
import type { Ceiling } from './pace.ts';

/** Fewer contenders than that meet too rarely to show anything. */
const LEAST_CONTENDERS = 4;

/** Leaves out virtual users above the ceiling. */
export function capUsers(
  scenario: string,
  wanted: number,
  { max_connections }: Ceiling,
  changes: string[],
): number {
  if (wanted <= max_connections) return wanted;
  changes.push(`${scenario}: ${max_connections} processes instead of ${wanted} (staging.max_connections)`);
  return max_connections;
}

/**
 * The same for users that are meant to contend.
 *
 * @throws UsageError when too few of them are left
 */
export function capContenders(scenario: string, wanted: number, ceiling: Ceiling, changes: string[]): number {
  const processes = capUsers(scenario, wanted, ceiling, changes);
  if (processes < wanted && processes < LEAST_CONTENDERS) {
    throw new UsageError(
      `${scenario}: with staging.max_connections ${ceiling.max_connections} too few processes are left to contend`,
      [
        `raise staging.max_connections in thresholds.json to at least ${LEAST_CONTENDERS}, or leave out ${scenario}`,
      ],
    );
  }
  return processes;
}

/** Says that rounds are further apart than the profile has them. */
export function noteSlowerRounds(
  scenario: string,
  period: { wanted: number; fitted: number },
  ceiling: Ceiling,
  changes: string[],
): void {
  if (period.fitted <= period.wanted) return;
  changes.push(
    `${scenario}: a round every ${period.fitted} ms instead of ${period.wanted} ms ` +
      `(at most ${ceiling.max_requests_per_second} requests per second)`,
  );
}
