import { randomInt } from 'node:crypto';
import path from 'node:path';
import {
  type CapacityLimits,
  type Slo,
  type SloPercentile,
  sloPercentiles,
} from '../../contracts/capacity-limits.ts';
import { UsageError } from '../../contracts/errors.ts';
import { readThresholds } from '../../contracts/read-thresholds.ts';
import type { CapacitySettings, Thresholds } from '../../contracts/thresholds.ts';
import { requestsPerArrival } from '../../plan/scenarios/capacity.ts';
import { configureStaging } from '../../target/staging/configuration.ts';
import { checkIsolation, type IsolationOptions } from '../isolation-options.ts';
import { type NumberRange, numberOption, share, whole } from '../number-option.ts';
import { projectRoot } from '../project.ts';
import {
  checkBroken,
  freshTag,
  type RunRequest,
  refuseMigrationsElsewhere,
  seedFrom,
} from '../run/request.ts';

/** Options of `capacity` as commander gives them. */
export interface CapacityOptions extends Omit<IsolationOptions, 'clock'> {
  target: string;
  migrations?: string | undefined;
  broken?: string | undefined;
  thresholds?: string | undefined;
  viaGateway?: boolean | undefined;
  yes?: boolean | undefined;
  seed?: string | undefined;
  out: string;
  json?: boolean | undefined;
  tables?: string | undefined;
  zipfExponent?: string | undefined;
  tablesPerRestaurant?: string | undefined;
  merged?: string | undefined;
  conflicts?: string | undefined;
  restaurants?: string | undefined;
  poolSize?: string | undefined;
  sloP50?: string | undefined;
  sloP90?: string | undefined;
  sloP95?: string | undefined;
  sloP99?: string | undefined;
  sloErrors?: string | undefined;
  sloStatusLag?: string | undefined;
  startRate?: string | undefined;
  maxRate?: string | undefined;
  maxDuration?: string | undefined;
  step?: string | undefined;
  minCalls?: string | undefined;
  precision?: string | undefined;
  repeats?: string | undefined;
  check?: string | undefined;
}

/** What the command is to do, checked. */
export interface CapacityRequest {
  /** What the stages of a run need to know. */
  run: RunRequest;
  slo: Slo;
  search: Omit<CapacityLimits, 'slo'>;
  /** The scenario's settings; rate, duration and virtual users are each step's own. */
  settings: CapacitySettings;
  /** Connections of the local target's API; null: its default, or the target's own affair. */
  poolSize: number | null;
  /** Multiples of the rate that is found, which are run afterwards. */
  checks: number[];
}

const milliseconds: NumberRange = { from: 1, to: 600_000, what: 'a number of milliseconds', example: '300' };
const rate: NumberRange = {
  from: 0.5,
  to: 10_000,
  what: 'a rate from 0.5 to 10000 per second',
  example: '200',
};
const factor: NumberRange = { from: 0.1, to: 10, what: 'a factor from 0.1 to 10', example: '0.9,1.2' };
/** @throws UsageError that names the option, its problem and what is allowed */
export async function checkRequest(options: CapacityOptions): Promise<CapacityRequest> {
  const thresholds = readThresholds(options.thresholds ?? path.join(projectRoot, 'thresholds.json'));
  refuseMigrationsElsewhere(options.migrations, options.target);
  const { slo, ...all } = thresholds.capacity;
  const search = options.target === 'staging' ? belowCeiling(all, thresholds) : all;
  const request: CapacityRequest = {
    run: runRequest(options, thresholds),
    slo: sloFrom(options, slo),
    search: {
      ...search,
      start_rate: numberFrom('--start-rate', options.startRate, rate) ?? search.start_rate,
      max_rate: numberFrom('--max-rate', options.maxRate, rate) ?? search.max_rate,
      max_duration_s:
        numberFrom('--max-duration', options.maxDuration, whole(10, 86_400, '600')) ?? search.max_duration_s,
      step_s: numberFrom('--step', options.step, whole(2, 600, '8')) ?? search.step_s,
      min_calls: numberFrom('--min-calls', options.minCalls, whole(20, 100_000, '100')) ?? search.min_calls,
      precision:
        numberFrom('--precision', options.precision, {
          ...share,
          from: 0.01,
          what: 'a share from 0.01 to 1',
        }) ?? search.precision,
      repeats: numberFrom('--repeats', options.repeats, whole(1, 20, '3')) ?? search.repeats,
    },
    settings: settingsFrom(options, thresholds),
    poolSize: poolSizeFrom(options),
    checks: (options.check?.split(',') ?? []).map((text) => numberOption('--check', text.trim(), factor)),
  };
  refuseStartAboveMost(request);
  await checkBroken(request.run);
  return request;
}

/** What the file says, as far as a hosted project may be asked for it; options that ask for more are refused. */
function belowCeiling(
  search: Omit<CapacityLimits, 'slo'>,
  thresholds: Thresholds,
): Omit<CapacityLimits, 'slo'> {
  const { max_requests_per_second, max_duration_s } = thresholds.staging;
  const calls = requestsPerArrival(thresholds.profiles.quick.scenarios.capacity);
  return {
    ...search,
    max_rate: Math.min(search.max_rate, Math.floor((max_requests_per_second / calls) * 10) / 10),
    max_duration_s: Math.min(search.max_duration_s, max_duration_s),
  };
}

function runRequest(options: CapacityOptions, thresholds: Thresholds): RunRequest {
  return {
    scenarios: ['capacity'],
    profile: 'quick',
    thresholds,
    target: options.target,
    migrations: options.migrations === undefined ? null : path.resolve(options.migrations),
    isolation: checkIsolation({ ...options, clock: 'real' }),
    yes: options.yes ?? false,
    staging:
      options.target === 'staging'
        ? configureStaging({ protectedRefs: thresholds.staging.protected_refs })
        : null,
    seed: options.seed === undefined ? randomInt(1, 2 ** 31) : seedFrom(options.seed),
    tag: freshTag(),
    broken: options.broken ?? null,
    keep: false,
    replay: false,
    out: path.resolve(options.out),
    viaGateway: options.viaGateway ?? false,
    faults: [],
    runners: 1,
    explore: null,
    k6Outputs: [],
    dashboard: false,
    failFast: false,
  };
}

/** Latency limits that are named replace those of the file. */
function sloFrom(options: CapacityOptions, slo: Slo): Slo {
  const given: Record<SloPercentile, string | undefined> = {
    50: options.sloP50,
    90: options.sloP90,
    95: options.sloP95,
    99: options.sloP99,
  };
  const latency = sloPercentiles.flatMap((percentile) => {
    const ms = numberFrom(`--slo-p${percentile}`, given[percentile], milliseconds);
    return ms === null ? [] : [{ percentile, ms }];
  });
  const lag = options.sloStatusLag;
  return {
    latency: latency.length > 0 ? latency : slo.latency,
    max_error_share: numberFrom('--slo-errors', options.sloErrors, share) ?? slo.max_error_share,
    max_status_lag_ms:
      lag === 'none' ? null : (numberFrom('--slo-status-lag', lag, milliseconds) ?? slo.max_status_lag_ms),
  };
}

function settingsFrom(options: CapacityOptions, thresholds: Thresholds): CapacitySettings {
  const settings = thresholds.profiles.quick.scenarios.capacity;
  const { tables } = options;
  if (tables !== undefined && tables !== 'uniform' && tables !== 'zipf') {
    throw new UsageError(`--tables ${tables}: unknown`, ['one of: uniform, zipf']);
  }
  return {
    ...settings,
    popularity: tables ?? settings.popularity,
    zipf_exponent:
      numberFrom('--zipf-exponent', options.zipfExponent, {
        from: 0,
        to: 5,
        what: 'a number from 0 to 5',
        example: '1.1',
      }) ?? settings.zipf_exponent,
    restaurants:
      numberFrom('--restaurants', options.restaurants, whole(1, 1000, '8')) ?? settings.restaurants,
    tables:
      numberFrom('--tables-per-restaurant', options.tablesPerRestaurant, whole(2, 1000, '24')) ??
      settings.tables,
    merged_share: numberFrom('--merged', options.merged, share) ?? settings.merged_share,
    conflict_share: numberFrom('--conflicts', options.conflicts, share) ?? settings.conflict_share,
  };
}

function poolSizeFrom({ poolSize, target }: CapacityOptions): number | null {
  const size = numberFrom('--pool-size', poolSize, whole(1, 80, '20'));
  if (size !== null && target !== 'local') {
    throw new UsageError('--pool-size works on the local target only: elsewhere the pool is configured', [
      'leave out --target, or leave out --pool-size',
    ]);
  }
  return size;
}

function refuseStartAboveMost({ search: { start_rate, max_rate } }: CapacityRequest): void {
  if (start_rate <= max_rate) return;
  throw new UsageError(`--start-rate ${start_rate}: is above --max-rate ${max_rate}`, [
    'lower the one, or raise the other',
  ]);
}

/** Null when the option was not given. */
function numberFrom(option: string, text: string | undefined, range: NumberRange): number | null {
  return text === undefined ? null : numberOption(option, text, range);
}
