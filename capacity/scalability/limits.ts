import type {
  Limit,
  ModelResult,
  ScalabilityMeasurement,
  UslFit,
} from '../../contracts/scalability-result.ts';
import { mean } from './point.ts';

/** Shares from which on a part is taken for the limit, and for a part of it. */
const LIMITS = { waiting: 0.3, exhausted: 0.5, machine: 0.85, database: 0.4, generator: 0.4 };
const CONTRIBUTES = { waiting: 0.1, exhausted: 0.1, database: 0.15, generator: 0.15 };
/** Throughput within this share of the highest counts as the plateau. */
const PLATEAU = 0.9;

export interface LimitQuestion {
  measurements: readonly ScalabilityMeasurement[];
  fit: UslFit | null;
  /** The model that explains the measurements best. */
  best: ModelResult['name'] | null;
  poolSize: number | null;
  cores: number;
}

/**
 * Which parts held throughput back where it stopped growing: by Little's law the calls under way are where the time
 * goes, so what most of them wait for is what limits. Measured shares at the levels from the plateau on; what was not
 * seen is not observed.
 */
export function findLimits(question: LimitQuestion): Limit[] {
  const top = plateauOf(question.measurements);
  const limits = [
    contention(top),
    coherence(question.fit, question.best),
    databaseCpu(top, question.cores),
    pool(top, question.poolSize),
    generator(top),
  ];
  const order: Record<Limit['state'], number> = {
    limits: 0,
    contributes: 1,
    'not seen': 2,
    'not observed': 3,
  };
  return limits.sort((a, b) => order[a.state] - order[b.state]);
}

/** Measurements of the levels from the one on that first comes near the highest throughput. */
export function plateauOf(measurements: readonly ScalabilityMeasurement[]): ScalabilityMeasurement[] {
  const highest = Math.max(...measurements.map(({ throughput }) => throughput));
  const near = measurements.filter(({ throughput }) => throughput >= PLATEAU * highest);
  const first = Math.min(...near.map(({ concurrency }) => concurrency));
  return measurements.filter(({ concurrency }) => concurrency >= first);
}

function contention(top: readonly ScalabilityMeasurement[]): Limit {
  const share = average(top, ({ waiting_for_lock: waiting, concurrency }) =>
    waiting === null ? null : waiting / concurrency,
  );
  if (share === null) return { part: 'contention', state: 'not observed', evidence: noDatabase };
  const most = mostWaitedFor(top);
  return {
    part: 'contention',
    state: stateOf(share, LIMITS.waiting, CONTRIBUTES.waiting),
    evidence: `${percent(share)} of the calls under way waited for a lock${most === null ? '' : `, most often of ${most}`}`,
  };
}

/** A queue whose servers are all busy has a sharp knee, and the law makes a peak of that, though nothing hinders anything. */
function coherence(fit: UslFit | null, best: ModelResult['name'] | null): Limit {
  if (fit === null) {
    return { part: 'coherence', state: 'not observed', evidence: 'no law could be fitted, so there is no κ' };
  }
  const { value, low } = fit.kappa;
  const shown = value.toPrecision(2);
  if (value === 0 || low === 0) {
    return {
      part: 'coherence',
      state: 'not seen',
      evidence: value === 0 ? 'κ is zero' : `κ is ${shown}, and may be zero`,
    };
  }
  if (best === 'pool' || best === 'servers') {
    return {
      part: 'coherence',
      state: 'not seen',
      evidence: `κ is ${shown}, but a queue explains the measurements better, and knows no coherence`,
    };
  }
  const within = fit.peak !== null && !fit.peak.extrapolated;
  return {
    part: 'coherence',
    state: within && low !== null ? 'limits' : 'contributes',
    evidence: `κ is ${shown}${low === null ? ', measured once only' : ' and surely above zero'}${within ? `: throughput falls beyond ${fit.peak?.concurrency.value.toFixed(0)} processes` : '; throughput would fall only beyond what was measured'}`,
  };
}

function databaseCpu(top: readonly ScalabilityMeasurement[], cores: number): Limit {
  const database = average(top, ({ database_cpu }) => database_cpu);
  const machine = average(top, ({ machine_cpu }) => machine_cpu);
  if (database === null || machine === null) {
    return {
      part: 'database-cpu',
      state: 'not observed',
      evidence: "the processors of the database's machine cannot be seen from here",
    };
  }
  const scarce = machine >= LIMITS.machine;
  return {
    part: 'database-cpu',
    state: scarce ? stateOf(database, LIMITS.database, CONTRIBUTES.database) : 'not seen',
    evidence: `PostgreSQL used ${percent(database)} of ${cores} cores, and all together ${percent(machine)}`,
  };
}

function pool(top: readonly ScalabilityMeasurement[], poolSize: number | null): Limit {
  const timeouts = top.reduce((sum, { pool_timeouts }) => sum + pool_timeouts, 0);
  if (timeouts > 0) {
    return {
      part: 'pool',
      state: 'limits',
      evidence: `${timeouts} calls got no connection of the pool in time (PGRST003)`,
    };
  }
  if (poolSize === null) {
    return {
      part: 'pool',
      state: 'not observed',
      evidence: 'how many connections the pool has is not known',
    };
  }
  const most = Math.max(...top.map(({ concurrency }) => concurrency));
  if (most <= poolSize) {
    return {
      part: 'pool',
      state: 'not seen',
      evidence: `never more processes (${most}) than connections of the pool (${poolSize})`,
    };
  }
  const beyond = top.filter(({ concurrency }) => concurrency > poolSize);
  const share = average(beyond, ({ pool_exhausted_share }) => pool_exhausted_share);
  if (share === null) return { part: 'pool', state: 'not observed', evidence: noDatabase };
  return {
    part: 'pool',
    state: stateOf(share, LIMITS.exhausted, CONTRIBUTES.exhausted),
    evidence: `with more processes than connections, all ${poolSize} were busy in ${percent(share)} of the looks`,
  };
}

function generator(top: readonly ScalabilityMeasurement[]): Limit {
  const own = average(top, ({ generator_cpu }) => generator_cpu);
  const machine = average(top, ({ machine_cpu }) => machine_cpu);
  if (own === null) {
    return { part: 'generator', state: 'not observed', evidence: 'its CPU time could not be read' };
  }
  const scarce = (machine ?? own) >= LIMITS.machine;
  const state = scarce ? stateOf(own, LIMITS.generator, CONTRIBUTES.generator) : 'not seen';
  const shared = machine === null ? '' : `; the machine was ${percent(machine)} busy in all`;
  return { part: 'generator', state, evidence: `k6 used ${percent(own)} of all cores${shared}` };
}

const noDatabase = 'the sessions of the database cannot be seen from here';

function stateOf(share: number, limits: number, contributes: number): Limit['state'] {
  if (share >= limits) return 'limits';
  return share >= contributes ? 'contributes' : 'not seen';
}

/** Over the measurements in which it was observed; null when it never was. */
function average(
  measurements: readonly ScalabilityMeasurement[],
  value: (measurement: ScalabilityMeasurement) => number | null,
): number | null {
  const values = measurements.map(value).filter((each) => each !== null);
  return values.length === 0 ? null : mean(values);
}

function mostWaitedFor(measurements: readonly ScalabilityMeasurement[]): string | null {
  const seen = new Map<string, number>();
  for (const { locks } of measurements)
    for (const lock of locks) seen.set(lock.what, (seen.get(lock.what) ?? 0) + lock.seen);
  return [...seen].sort(([, a], [, b]) => b - a)[0]?.[0] ?? null;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
