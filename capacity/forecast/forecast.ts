import { ExitCode } from '../../contracts/errors.ts';
import type {
  ForecastMonth,
  ForecastResult,
  ForecastScenario,
  Range,
} from '../../contracts/forecast-result.ts';
import type { LaunchProfile, LaunchScenario } from '../../contracts/launch-profile.ts';
import { percentile } from '../../contracts/percentile.ts';
import type { Progress } from '../../contracts/progress.ts';
import { advise } from './advice.ts';
import { monthsAfter } from './calendar.ts';
import { type CapacitySource, rangeOf, rankGains, ratio } from './gains.ts';
import { callsPerBooking, expectedBookings, timeOf } from './intensity.ts';
import { histogramOf, peakOf, quantileRange } from './quantiles.ts';
import { runsOut } from './run-out.ts';
import { type Peaks, simulatePeaks } from './simulate.ts';
import { headlineOf, listExtrapolations } from './words.ts';

export interface ForecastQuestion {
  profile: LaunchProfile;
  capacity: CapacitySource;
  others: readonly (CapacitySource & { label: string })[];
  seed: number;
  /** Simulated days of each scenario and month. */
  rounds: number;
  /** Share of the days whose peak must be carried. */
  percentile: number;
  basis: ForecastResult['basis'];
}

export type Forecast = Omit<ForecastResult, 'v' | 'kind' | 'made_at' | 'command' | 'profile_source'>;

const exitCodes: Record<ForecastResult['verdict'], ExitCode> = {
  enough: ExitCode.pass,
  'not enough': ExitCode.thresholds,
  unknown: ExitCode.unknown,
};

/** What the launch asks for against what was measured. Pure; the same question gives the same answer. */
export function forecast(question: ForecastQuestion, progress: Progress): Forecast {
  const { profile, capacity, others, seed, rounds, basis } = question;
  const rate = rangeOf(capacity.reading);
  const scenarios = profile.scenarios.map((scenario) => {
    progress(`${scenario.name}: ${rounds} days`);
    return describeScenario(question, scenario, rate);
  });
  const deciding = scenarios.reduce((one, other) =>
    other.required.value > one.required.value ? other : one,
  );
  const months = overTime(question, deciding.name, progress);
  const out = runsOut(months, profile.launch_date, rate, deciding.headroom);
  const gains = rankGains(capacity, others, months, profile.launch_date);
  const verdict = merge(scenarios.map((each) => each.verdict));
  const result = {
    profile,
    capacity: capacity.reading,
    rate,
    deciding,
    runs_out: out,
    gains,
    verdict,
    basis,
  };
  return {
    profile,
    seed,
    rounds,
    percentile: question.percentile,
    basis,
    capacity: {
      source: capacity.source,
      sustainable: rate,
      bound: capacity.reading.bound,
      slice: capacity.reading.slice,
    },
    scenarios,
    deciding: deciding.name,
    months,
    runs_out: out,
    gains,
    advice: advise(result),
    extrapolations: listExtrapolations(result),
    verdict,
    headline: headlineOf(result),
    exit_code: exitCodes[verdict],
  };
}

function describeScenario(
  question: ForecastQuestion,
  scenario: LaunchScenario,
  rate: Range | null,
): ForecastScenario {
  const { profile, seed, rounds, percentile: share, basis } = question;
  const expected = expectedBookings(profile, scenario);
  const peaks = simulatePeaks(profile, expected, { seed, name: scenario.name, rounds });
  const bookings = expected.reduce((sum, each) => sum + each, 0);
  const required = quantileRange(peaks[basis], share);
  const headroom = rate === null || required.value === 0 ? null : ratio(rate, required);
  return {
    name: scenario.name,
    about: scenario.about ?? null,
    bookings,
    assignments: bookings * callsPerBooking(profile),
    busiest_at: timeOf(expected.indexOf(Math.max(...expected))),
    peak_second: peakOf(peaks.second, share),
    peak_minute: peakOf(peaks.minute, share),
    required,
    headroom,
    verdict: judge(rate, required),
    histogram: { second: histogramOf(peaks.second, 1), minute: histogramOf(peaks.minute, 1 / 60) },
  };
}

/** Enough, or not, only where the intervals do not overlap. */
export function judge(rate: Range | null, required: Range): ForecastScenario['verdict'] {
  if (rate === null) return 'unknown';
  if ((rate.low ?? 0) >= (required.high ?? Number.POSITIVE_INFINITY)) return 'enough';
  if (rate.high !== null && rate.high < (required.low ?? 0)) return 'not enough';
  return 'unknown';
}

function merge(verdicts: readonly ForecastScenario['verdict'][]): ForecastResult['verdict'] {
  if (verdicts.includes('not enough')) return 'not enough';
  return verdicts.includes('unknown') ? 'unknown' : 'enough';
}

/** Days that are simulated of each month: the curve needs fewer than the verdict. */
const MONTHLY_SHARE = 0.4;

function overTime(
  { profile, seed, rounds, percentile: share, basis }: ForecastQuestion,
  name: string,
  progress: Progress,
): ForecastMonth[] {
  const scenario = profile.scenarios.find((each) => each.name === name);
  if (!scenario) return [];
  const expected = expectedBookings(profile, scenario);
  return Array.from({ length: profile.horizon_months + 1 }, (_, month) => {
    progress(`${name}: month ${month} of ${profile.horizon_months}`);
    const few = Math.max(100, Math.round(rounds * MONTHLY_SHARE));
    const own = month === 0 ? rounds : few;
    const peaks: Peaks = simulatePeaks(profile, expected, { seed, name, rounds: own, month });
    const sorted = peaks[basis];
    return {
      month,
      date: monthsAfter(profile.launch_date, month),
      low: percentile(sorted, 0.05),
      median: percentile(sorted, 0.5),
      required: percentile(sorted, share),
      high: percentile(sorted, 0.99),
    };
  });
}
