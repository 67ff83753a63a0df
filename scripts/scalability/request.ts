import { randomInt } from 'node:crypto';
import { UsageError } from '../../contracts/errors.ts';
import type { ScalabilityResult, ScalabilitySlice } from '../../contracts/scalability-result.ts';
import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { IsolationOptions } from '../isolation-options.ts';
import { decimal, numberOption, whole } from '../number-option.ts';
import { checkRequest, type RunRequest } from '../run/request.ts';

/** Options of `scalability` as commander gives them. */
export interface ScalabilityOptions extends IsolationOptions {
  concurrency: string;
  repetitions: string;
  duration: string;
  warmUp: string;
  tables: string;
  zipfExponent: string;
  tablesPerRestaurant: string;
  restaurants: string;
  merged: string;
  conflicts: string;
  poolSize?: string;
  target: string;
  migrations?: string;
  broken?: string;
  seed?: string;
  thresholds?: string;
  out: string;
  json?: boolean;
}

/** What the command is to do, checked. */
export interface ScalabilityRequest {
  /** As for a run: target, isolation, seed. */
  run: RunRequest;
  slice: ScalabilitySlice;
  schedule: ScalabilityResult['schedule'];
}

/** One measurement that is to be made. */
export interface PlannedLevel {
  concurrency: number;
  repetition: number;
}

/** More would be a load that takes minutes to seed. */
const MOST_PROCESSES = 500;

/** @throws UsageError that names the option, its problem and what is allowed */
export async function checkScalability(options: ScalabilityOptions): Promise<ScalabilityRequest> {
  const { target, tables } = options;
  if (target === 'staging') {
    throw new UsageError(
      '--target staging: scalability calls as fast as the target answers, which the ceiling of a hosted project forbids',
      [
        'leave out --target: the embedded target is measured',
        'for a hosted project: run soak --target staging',
      ],
    );
  }
  if (tables !== 'uniform' && tables !== 'zipf') {
    throw new UsageError(`--tables ${tables}: unknown`, ['one of: uniform, zipf']);
  }
  if (options.poolSize !== undefined && target !== 'local') {
    throw new UsageError(
      "--pool-size sets the pool of the local target's PostgREST, and this one runs already",
      ['leave out --target, or leave out --pool-size'],
    );
  }
  const run = await checkRequest([], {
    ...options,
    profile: 'quick',
    seed: options.seed ?? String(randomInt(1, 2 ** 31 - 1000)),
    replay: false,
    json: options.json ?? false,
  });
  return {
    run: { ...run, scenarios: ['scalability'] },
    slice: {
      tables,
      zipf_exponent:
        tables === 'uniform' ? 0 : numberOption('--zipf-exponent', options.zipfExponent, decimal(0.1, 5)),
      tables_per_restaurant: numberOption(
        '--tables-per-restaurant',
        options.tablesPerRestaurant,
        whole(2, 500),
      ),
      restaurants: numberOption('--restaurants', options.restaurants, whole(1, 100)),
      merged: numberOption('--merged', options.merged, decimal(0, 1)),
      conflicts: numberOption('--conflicts', options.conflicts, decimal(0, 1)),
      pool_size:
        options.poolSize === undefined ? null : numberOption('--pool-size', options.poolSize, whole(1, 200)),
    },
    schedule: {
      concurrency: concurrencyFrom(options.concurrency),
      repetitions: numberOption('--repetitions', options.repetitions, whole(1, 100)),
      warm_up_s: numberOption('--warm-up', options.warmUp, decimal(0, 600)),
      duration_s: numberOption('--duration', options.duration, decimal(0.5, 600)),
    },
  };
}

/**
 * The measurements in their order: every second repetition goes through the levels backwards, so that a machine that
 * becomes slower or faster meanwhile does not pass for a law of scalability.
 */
export function plannedLevels({ concurrency, repetitions }: ScalabilityResult['schedule']): PlannedLevel[] {
  return Array.from({ length: repetitions }, (_, index) => {
    const order = index % 2 === 0 ? concurrency : [...concurrency].reverse();
    return order.map((each) => ({ concurrency: each, repetition: index + 1 }));
  }).flat();
}

/** Seconds that k6 goes on beyond the time that counts, so that the end of it is full load, too. */
const MARGIN_S = 0.3;

export function settingsOf(
  { slice, schedule }: ScalabilityRequest,
  { concurrency }: PlannedLevel,
): ScenarioSettings['scalability'] {
  return {
    processes: concurrency,
    duration_s: schedule.warm_up_s + schedule.duration_s + MARGIN_S,
    restaurants: slice.restaurants,
    tables: slice.tables_per_restaurant,
    zipf_exponent: slice.zipf_exponent,
    merged: slice.merged,
    conflicts: slice.conflicts,
  };
}

const processes = whole(1, MOST_PROCESSES, '1,2,4,8');

function concurrencyFrom(text: string): number[] {
  const levels = [
    ...new Set(text.split(',').map((part) => numberOption('--concurrency', part.trim(), processes))),
  ];
  return levels.sort((a, b) => a - b);
}
