import type { Observation } from '../contracts/observation.ts';
import type { Operation } from '../history/operation.ts';
import type { ScenarioEvidence } from './evidence.ts';

/** Milliseconds that all calls of a scenario took together. */
export function callTime({ operations }: ScenarioEvidence): number {
  return operations.reduce((sum, { t0, t1 }) => sum + (t1 - t0) / 1e6, 0);
}

export function withCode({ operations }: ScenarioEvidence, ...codes: string[]): Operation[] {
  return operations.filter(({ code }) => code !== null && codes.includes(code));
}

export function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : Math.min(1, part / whole);
}

export function percent(share: number): string {
  return share > 0 && share < 0.01 ? 'less than 1 %' : `${Math.round(share * 100)} %`;
}

/** The value that occurs most, with how often. */
export function mostFrequent<T>(values: readonly T[]): { value: T; count: number } | null {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let most: { value: T; count: number } | null = null;
  for (const [value, count] of counts) if (most === null || count > most.count) most = { value, count };
  return most;
}

/** A table's name without its schema. */
export function bareName(relation: string): string {
  return relation.split('.').at(-1)?.replaceAll('"', '') ?? relation;
}

/**
 * Milliseconds that all backends together waited for locks: those that each look saw, until the next look. Null when no
 * look saw the database.
 */
export function waitingTime(looks: readonly Observation[]): number | null {
  let sum = 0;
  let seen = false;
  looks.forEach(({ at_ms, waiting }, index) => {
    if (waiting === null) return;
    seen = true;
    sum += waiting * ((looks[index + 1]?.at_ms ?? at_ms) - at_ms);
  });
  return seen ? sum : null;
}

/** Of the backends that worked, those that waited for a lock, on average over all looks. */
export function waitingShare(looks: readonly Observation[]): number {
  let waiting = 0;
  let active = 0;
  for (const look of looks) {
    waiting += look.waiting ?? 0;
    active += look.active ?? 0;
  }
  return shareOf(waiting, active);
}
