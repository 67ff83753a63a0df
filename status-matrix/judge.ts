import type { DeployedVariant, StatusMatrix, StatusObservation } from '../contracts/status-matrix.ts';
import type { TableStatus } from '../plan/world.ts';
import { classify } from './classify.ts';
import { describeRecord, type RefreshRecord } from './record.ts';
import { allowedStatuses } from './rule.ts';
import { later, type Situation } from './situation.ts';

type Verdict = StatusMatrix['verdict'];

/** What the records say together. */
export interface Judged {
  variant: DeployedVariant;
  /** In the order of the records; scripts are still to be written. */
  observations: StatusObservation[];
  verdict: Verdict;
}

/** Compares every refresh with the rule, and names what is deployed. */
export function judge(records: readonly RefreshRecord[]): Judged {
  const described = records.map((record) => ({ record, facts: describeRecord(record) }));
  const variant = classify(
    described.flatMap(({ record, facts }) =>
      record.missing === null
        ? [{ situation: facts, stored: record.stored, elapsed_us: record.elapsed_us }]
        : [],
    ),
  );
  const observations = described.map(({ record, facts }): StatusObservation => {
    const expected = expectedOf(facts, record, variant.clock);
    const agrees = record.stored !== null && expected.includes(record.stored);
    const outcome = record.missing?.outcome ?? (agrees ? 'agrees' : 'differs');
    return { ...facts, expected, outcome, script: null };
  });
  return { variant, observations, verdict: verdictOf(observations) };
}

/** A clock that goes on has gone on by the time of the refresh; the moments before and after it are both right. */
function expectedOf(
  situation: Situation,
  { elapsed_us }: RefreshRecord,
  clock: DeployedVariant['clock'],
): TableStatus[] {
  if (clock === 'standing' || elapsed_us === null) return allowedStatuses(situation);
  return [...new Set(elapsed_us.flatMap((elapsed) => allowedStatuses(later(situation, elapsed))))];
}

/** One difference fails. Nothing observed, or a case that nobody could observe with some previous status, is unknown. */
export function verdictOf(observations: readonly StatusObservation[]): Verdict {
  if (observations.some(({ outcome }) => outcome === 'differs')) return 'fail';
  const observed = observations.some(({ outcome }) => outcome === 'agrees');
  return observed && unobserved(observations).length === 0 ? 'pass' : 'unknown';
}

/**
 * Cases with a previous status that no runner observed. A previous status that cannot be written may be there when the
 * virtual clock was set; a table that was put out of service by hand cannot.
 */
export function unobserved(observations: readonly StatusObservation[]): StatusObservation[] {
  const seen = new Set(observations.filter(({ outcome }) => outcome === 'agrees').map(keyOf));
  return observations.filter((each) => each.outcome === 'not observed' && !seen.has(keyOf(each)));
}

function keyOf({ case: id, previous, allocations }: StatusObservation): string {
  const byHand =
    previous === 'out_of_service' &&
    !allocations.some(({ maintenance, from_us }) => maintenance && from_us <= 0);
  return `${id} ${previous}${byHand ? ' by hand' : ''}`;
}
