import { ExitCode } from '../../contracts/errors.ts';
import {
  limitingParts,
  type ScalabilityMeasurement,
  type ScalabilityResult,
} from '../../contracts/scalability-result.ts';
import { mergeVerdicts } from '../../contracts/verdict.ts';
import { compareModels, type ModelComparison } from './compare-models.ts';
import { fitScalability } from './fit.ts';
import { findLimits } from './limits.ts';
import { mean } from './point.ts';
import { singleTurn } from './queueing.ts';

/** Share of all cores above which the load generator measures itself, as in thresholds.json. */
const MOST_GENERATOR_CPU = 0.9;
/** Calls under way by processes, below which the load generator did not keep its processes busy. */
const LEAST_IN_FLIGHT = 0.8;
/** Share of calls that may fail before a throughput says nothing of a working system. */
const MOST_ERRORS = 0.05;

export interface ScalabilityQuestion {
  measurements: readonly ScalabilityMeasurement[];
  poolSize: number | null;
  cores: number;
  seed: number;
}

/** What the measurements say, without what they were made with. */
export type ScalabilityAnalysis = Pick<
  ScalabilityResult,
  | 'left_out'
  | 'fit'
  | 'refusals'
  | 'models'
  | 'best'
  | 'limits'
  | 'verdict'
  | 'headline'
  | 'warnings'
  | 'exit_code'
>;

/** Fits, compares and attributes. Pure; the same measurements and seed give the same result. */
export function analyseScalability(question: ScalabilityQuestion): ScalabilityAnalysis {
  const { measurements, poolSize, cores, seed } = question;
  const judged = measurements.map((measurement) => ({ measurement, reason: unusable(measurement) }));
  const usable = judged.flatMap(({ measurement, reason }) => (reason === null ? [measurement] : []));
  const left_out = judged.flatMap(({ measurement: { concurrency, repetition }, reason }) =>
    reason === null ? [] : [{ concurrency, repetition, reason }],
  );
  const { fit, refusals } = fitScalability(usable, seed);
  const turn = singleTurn(usable, busyAlone(usable));
  const comparison = compareModels(usable, turn, poolSize);
  const verdict = mergeVerdicts(measurements.map((each) => each.verdict));
  const limits =
    usable.length === 0
      ? []
      : findLimits({ measurements: usable, fit, best: comparison.best, poolSize, cores });
  const result = { fit, refusals, verdict, limits };
  return {
    ...result,
    left_out,
    models: comparison.models,
    best: comparison.best,
    headline: headlineOf(result, measurements),
    warnings: warningsOf(measurements, left_out, comparison, cores),
    exit_code: exitCodeOf(result),
  };
}

/** Why a measurement tells nothing of how the target scales; null when it does. */
export function unusable(measurement: ScalabilityMeasurement): string | null {
  const { verdict, generator_cpu, in_flight_share, errors, calls_per_s, seconds } = measurement;
  if (verdict === 'fail') return 'a promise was broken: what is wrong is no throughput';
  if (generator_cpu !== null && generator_cpu > MOST_GENERATOR_CPU)
    return `the load generator used ${percent(generator_cpu)} of all cores: it measured itself`;
  if (in_flight_share < LEAST_IN_FLIGHT) {
    return `the processes had a call under way only ${percent(in_flight_share)} of the time: the load generator did not keep up`;
  }
  const failed = Object.values(errors).reduce((sum, count) => sum + count, 0);
  const share = calls_per_s === 0 ? 1 : failed / (calls_per_s * seconds);
  if (share > MOST_ERRORS) return `${percent(share)} of the calls failed`;
  return null;
}

function busyAlone(measurements: readonly ScalabilityMeasurement[]): number | null {
  const alone = measurements.flatMap(({ concurrency, busy_connections }) =>
    concurrency === 1 && busy_connections !== null ? [busy_connections] : [],
  );
  return alone.length === 0 ? null : mean(alone);
}

function headlineOf(
  { fit, refusals, verdict, limits }: Pick<ScalabilityAnalysis, 'fit' | 'refusals' | 'verdict' | 'limits'>,
  measurements: readonly ScalabilityMeasurement[],
): string {
  const broken = measurements.find((each) => each.verdict === 'fail');
  if (verdict === 'fail' && broken)
    return `a promise is broken with ${processes(broken.concurrency)}: ${broken.headline}`;
  if (fit === null) return `no law fits: ${refusals[0] ?? 'nothing was measured'}`;
  const limit = limits.find(({ state }) => state === 'limits');
  const because = limit === undefined ? '' : `; what limits: ${limitingParts[limit.part]}`;
  const { peak } = fit;
  if (peak === null) {
    return fit.limit === null
      ? `throughput grows in proportion to the processes as far as was measured${because}`
      : `throughput approaches ${fit.limit.toFixed(0)} assignments per second, without a peak${because}`;
  }
  const mark = peak.extrapolated ? ' (extrapolated)' : '';
  return `throughput is highest with ${processes(Math.round(peak.concurrency.value))}, at ${peak.throughput.value.toFixed(0)} assignments per second${mark}${because}`;
}

function processes(count: number): string {
  return count === 1 ? '1 process' : `${count} processes`;
}

function warningsOf(
  measurements: readonly ScalabilityMeasurement[],
  left_out: ScalabilityAnalysis['left_out'],
  { close }: ModelComparison,
  cores: number,
): string[] {
  const warnings: string[] = [];
  const levels = new Set(left_out.map(({ concurrency }) => concurrency));
  if (left_out.length > 0) {
    warnings.push(
      `${left_out.length} of ${measurements.length} measurements are left out of the fit, of ${[...levels].join(', ')} processes: ${left_out[0]?.reason}`,
    );
  }
  const shared = measurements.filter(
    ({ generator_cpu, machine_cpu }) => (machine_cpu ?? 0) > 0.85 && (generator_cpu ?? 0) > 0.2,
  );
  if (shared.length > 0) {
    warnings.push(
      `in ${shared.length} of ${measurements.length} measurements the ${cores} cores of this machine were busy, and the load generator had a part of them: a target of its own carries more`,
    );
  }
  const others = measurements.filter((each) => (strangers(each) ?? 0) > 0.15);
  if (others.length > 0) {
    warnings.push(
      `something else used the machine in ${others.length} of ${measurements.length} measurements: end it, and measure again`,
    );
  }
  if (close)
    warnings.push('two models explain the measurements about as well: the data do not decide between them');
  const unknown = measurements.filter(({ verdict }) => verdict === 'unknown').length;
  if (unknown > 0)
    warnings.push(`no verdict over the promises in ${unknown} of ${measurements.length} measurements`);
  return warnings;
}

/** CPU that neither load generator nor target used, as a share of all cores. */
function strangers(measurement: ScalabilityMeasurement): number | null {
  const { machine_cpu, generator_cpu, api_cpu, database_cpu } = measurement;
  if (machine_cpu === null || generator_cpu === null || api_cpu === null || database_cpu === null)
    return null;
  return machine_cpu - generator_cpu - api_cpu - database_cpu;
}

function exitCodeOf({ fit, verdict }: Pick<ScalabilityAnalysis, 'fit' | 'verdict'>): number {
  if (verdict === 'fail') return ExitCode.fail;
  return fit === null || verdict === 'unknown' ? ExitCode.unknown : ExitCode.pass;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
