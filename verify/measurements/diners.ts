import { distribution } from '../../contracts/percentile.ts';
import type { Measurement } from '../../contracts/verdict.ts';
import type { Operation } from '../../history/operation.ts';
import type { RunData } from '../run-data.ts';

/** One diner of the rush, as the records show it. */
interface Visit {
  /** Planned arrival, nanoseconds on the runner's clock. */
  arrival: number;
  calls: Operation[];
}

/**
 * What diners felt: how long from their planned arrival until they had a table, and after how many tries, and how many
 * were turned away. Counted from the planned arrival, so that a slow target cannot hide the time for which it kept
 * people waiting before their first call (coordinated omission; Tene, "How NOT to Measure Latency", 2015).
 *
 * @returns null without a rush
 */
export function measureDiners(run: RunData): Measurement | null {
  const visits = visitsOf(run);
  if (visits.length === 0) return null;
  const seated = visits.flatMap(({ arrival, calls }) => {
    const winner = calls.findIndex((call) => call.f === 'assign' && call.type === 'ok');
    const answer = calls[winner];
    return answer ? [{ ms: (answer.t1 - arrival) / 1e6, tries: winner + 1 }] : [];
  });
  const unknown = visits.filter(
    ({ calls }) => !hasSeat(calls) && calls.some((call) => call.type === 'info'),
  ).length;
  const away = visits.length - seated.length - unknown;
  const time = distribution(seated.map(({ ms }) => ms));
  const tries = distribution(seated.map((visit) => visit.tries));
  const repeated = visits.flatMap(({ calls }) => calls).filter((call) => call.retry > 0).length;
  const share = (count: number): string => `${Math.round((100 * count) / visits.length)} %`;
  const felt =
    time && tries
      ? `half of those seated within ${Math.round(time.p50)} ms and ${tries.p50} ${tries.p50 === 1 ? 'try' : 'tries'}, 95 % within ${Math.round(time.p95)} ms and ${tries.p95} tries`
      : 'nobody was seated';
  return {
    scenario: 'rush',
    sentence: `${visits.length} diners: ${share(seated.length)} seated, ${share(away)} turned away${unknown > 0 ? `, ${share(unknown)} without an answer` : ''}; ${felt}`,
    values: {
      diners: visits.length,
      seated: seated.length,
      turned_away: away,
      without_answer: unknown,
      time_until_seated_p50_ms: time?.p50 ?? null,
      time_until_seated_p95_ms: time?.p95 ?? null,
      time_until_seated_max_ms: time?.max ?? null,
      tries_until_seated_p50: tries?.p50 ?? null,
      tries_until_seated_p95: tries?.p95 ?? null,
      repeated_calls: repeated,
    },
  };
}

function hasSeat(calls: readonly Operation[]): boolean {
  return calls.some((call) => call.f === 'assign' && call.type === 'ok');
}

function visitsOf({ history }: RunData): Visit[] {
  const visits = new Map<number, Visit>();
  for (const operation of history.operations) {
    if (operation.scenario !== 'rush' || !operation.round) continue;
    const { round, scheduled } = operation.round;
    const visit = visits.get(round) ?? { arrival: scheduled, calls: [] };
    visits.set(round, visit);
    visit.calls.push(operation);
  }
  return [...visits.values()];
}
