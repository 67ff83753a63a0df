import type { CapacityReading } from '../../contracts/capacity-reading.ts';
import type {
  ForecastResult,
  ForecastScenario,
  Gain,
  Range,
  RunsOut,
} from '../../contracts/forecast-result.ts';
import type { LaunchProfile } from '../../contracts/launch-profile.ts';

/** What a forecast found, before it is put into words. */
export interface ForecastFindings {
  profile: LaunchProfile;
  capacity: CapacityReading;
  rate: Range | null;
  deciding: ForecastScenario;
  runs_out: RunsOut;
  gains: readonly Gain[];
  verdict: ForecastResult['verdict'];
  basis: ForecastResult['basis'];
}

/** Three significant digits. */
export function shown(value: number): string {
  return value >= 1000 ? String(Math.round(value)) : String(Number(value.toPrecision(3)));
}

export function headlineOf(findings: ForecastFindings): string {
  const { profile, rate, deciding, verdict, basis, capacity } = findings;
  const demand = `${deciding.name} asks for ${shown(deciding.required.value)} assignments per second in its busiest ${basis}`;
  if (rate === null) return `${demand}; what the target carries is not known`;
  const least = capacity.bound === 'at-least' ? 'at least ' : '';
  const supply = `the target carries ${least}${shown(rate.value)}`;
  const times = deciding.headroom === null ? '' : `, ${least}${shown(deciding.headroom.value)} times that`;
  const sentence = `${demand}, and ${supply}${times}`;
  if (verdict === 'not enough') return `not enough for ${profile.launch_date}: ${sentence}`;
  if (verdict === 'unknown') return `too close to tell: ${sentence}, and the intervals overlap`;
  return `enough for ${profile.launch_date}: ${sentence}; ${whenItRunsOut(findings)}`;
}

/** `it runs out about 2027-11-03 (2027-09-12 to 2028-01-20)`. */
export function whenItRunsOut({
  runs_out,
  profile,
  capacity,
}: Pick<ForecastFindings, 'runs_out' | 'profile'> & {
  capacity: Pick<CapacityReading, 'bound'>;
}): string {
  const { state, date, earliest, latest } = runs_out;
  if (state === 'unknown') return 'when it runs out is not known';
  if (state === 'beyond the horizon') return `it does not run out within ${profile.horizon_months} months`;
  if (state === 'already') return 'it is used up from the first day on';
  const ends = `${earliest ?? 'before'} to ${latest ?? 'later than the horizon'}`;
  const least = capacity.bound === 'at-least' ? 'not before' : 'about';
  return `it runs out ${least} ${date} (${ends})`;
}

/** Statements that go beyond what was measured, each with what would confirm it. */
export function listExtrapolations(findings: ForecastFindings): string[] {
  const { profile, capacity, runs_out, rate } = findings;
  const list: string[] = [];
  if (capacity.bound === 'at-least' && rate !== null) {
    list.push(
      `the search ended at ${shown(rate.value)} assignments per second before anything broke: what lies above was not measured`,
    );
  }
  const { growth } = profile;
  if (runs_out.date !== null && runs_out.state === 'within the horizon') {
    list.push(
      `the date rests on a growth of ${shown(growth.per_month * 100)} % each month that nobody has seen yet, and on a capacity measured with the rows of a test: measure again when the data have grown`,
    );
  } else if (growth.per_month > 0 && rate !== null) {
    list.push(
      'demand after the launch is a projection, and the capacity is taken to stay as it was measured',
    );
  }
  if (findings.gains.some(({ runs_out: date }) => date !== null))
    list.push('dates of changes that were measured rest on the same growth');
  return list;
}
