import { randomBytes, randomInt } from 'node:crypto';
import path from 'node:path';
import { UsageError } from '../../contracts/errors.ts';
import { type FaultKind, faultNames } from '../../contracts/faults.ts';
import { readThresholds } from '../../contracts/read-thresholds.ts';
import {
  type ProfileName,
  profileNames,
  type ScenarioName,
  scenarioNames,
  type Thresholds,
  usualScenarioNames,
} from '../../contracts/thresholds.ts';
import { loadBroken } from '../../reference/broken.ts';
import { MOST_RUNNERS } from '../../runners/segments.ts';
import { configureStaging } from '../../target/staging/configuration.ts';
import type { StagingConfiguration } from '../../target/staging/guard.ts';
import { checkIsolation, type IsolationOptions, type IsolationRequest } from '../isolation-options.ts';
import { numberOption, whole } from '../number-option.ts';
import { projectRoot } from '../project.ts';

/** Options of `run` as commander gives them. */
export interface RunOptions extends IsolationOptions {
  profile: string;
  target: string;
  seed?: string | undefined;
  broken?: string | undefined;
  keep?: boolean | undefined;
  replay?: boolean | undefined;
  /** Seconds; true: the usual time; left out: as `exploresBeside` says. */
  explore?: boolean | string | undefined;
  out: string;
  json?: boolean | undefined;
  thresholds?: string | undefined;
  viaGateway?: boolean | undefined;
  migrations?: string | undefined;
  yes?: boolean | undefined;
  /** True: all kinds. */
  faults?: string | true | undefined;
  k6Out?: string[] | undefined;
  dashboard?: boolean | undefined;
  failFast?: boolean | undefined;
  /** Folder of the run to compare with. */
  baseline?: string | undefined;
  runners?: string | undefined;
}

/** What a run is to do, checked. */
export interface RunRequest {
  scenarios: ScenarioName[];
  profile: ProfileName;
  thresholds: Thresholds;
  /** `local`, `staging`, or the path of a connection file. */
  target: string;
  /** Folder of the application for the local target; null: the reference application. */
  migrations: string | null;
  isolation: IsolationRequest;
  /** Whether the load may start without a question. */
  yes: boolean;
  /** The hosted project, which the guard has let pass; null for other targets. Contains secrets. */
  staging: StagingConfiguration | null;
  seed: number;
  tag: string;
  broken: string | null;
  keep: boolean;
  /** Whether violations are tried again on a copy. */
  replay: boolean;
  /** Milliseconds for interleavings beside the load, the copy for them included; null: none. */
  explore: number | null;
  out: string;
  viaGateway: boolean;
  /** Kinds of faults to inject; none: nothing is disturbed. */
  faults: FaultKind[];
  /** Further outputs of k6, as its `--out` takes them. */
  k6Outputs: string[];
  /** k6's own web dashboard. */
  dashboard: boolean;
  /** Stop the load at the first violation that is seen meanwhile. */
  failFast: boolean;
  /** k6 processes that share each scenario. */
  runners: number;
}

/** @throws UsageError that names the argument, its problem and what is allowed */
export async function checkRequest(names: readonly string[], options: RunOptions): Promise<RunRequest> {
  const thresholdsFile = options.thresholds ?? path.join(projectRoot, 'thresholds.json');
  const scenarios = names.length === 0 ? [...usualScenarioNames] : [...new Set(names)].map(scenarioNamed);
  const thresholds = readThresholds(thresholdsFile);
  refuseMigrationsElsewhere(options.migrations, options.target);
  const faults = faultsFrom(options);
  const profile = oneOf('--profile', options.profile, profileNames);
  const request: RunRequest = {
    scenarios: scenarioNames.filter((name) => scenarios.includes(name)),
    profile,
    thresholds,
    target: options.target,
    migrations: options.migrations === undefined ? null : path.resolve(options.migrations),
    isolation: checkIsolation(options),
    yes: options.yes ?? false,
    staging:
      options.target === 'staging'
        ? configureStaging({ protectedRefs: thresholds.staging.protected_refs })
        : null,
    seed: options.seed === undefined ? randomInt(1, 2 ** 31) : seedFrom(options.seed),
    tag: freshTag(),
    broken: options.broken ?? null,
    keep: options.keep ?? false,
    replay: options.replay ?? true,
    explore: exploreTime(names, options),
    out: path.resolve(options.out),
    viaGateway: options.viaGateway ?? false,
    faults,
    k6Outputs: options.k6Out ?? [],
    dashboard: options.dashboard ?? false,
    failFast: options.failFast ?? false,
    runners: runnersFrom(options, thresholds.profiles[profile], scenarios),
  };
  await checkBroken(request);
  return request;
}

/** Seconds: a run of all scenarios is to stay within a minute. */
const USUAL_EXPLORE = 5;

/**
 * The main job explores as well: all scenarios, on a target of our own. A single scenario is there to be quick. A hosted
 * project gets no schema and no sessions beside those of its load, whose ceiling does not count them, unless asked to.
 *
 * @throws UsageError when the time is none
 */
function exploreTime(
  names: readonly string[],
  { explore, target }: Pick<RunOptions, 'explore' | 'target'>,
): number | null {
  const asked = explore ?? (names.length === 0 && target !== 'staging');
  if (typeof asked === 'boolean') return asked ? USUAL_EXPLORE * 1000 : null;
  if (/^[1-9]\d{0,4}$/.test(asked)) return Number(asked) * 1000;
  throw new UsageError(`--explore ${asked}: is no whole number of seconds`, [
    'for instance --explore 30',
    'scenarios stand before it: run hot-table --explore',
  ]);
}

/** @throws UsageError when there is no such broken variant, or when it cannot go into the target's application */
export async function checkBroken({
  broken,
  migrations,
  target,
}: Pick<RunRequest, 'broken' | 'migrations' | 'target'>): Promise<void> {
  if (broken === null) return;
  if (migrations !== null) {
    throw new UsageError('--broken damages the reference application, so it goes without --migrations');
  }
  await loadBroken(broken);
  if (target !== 'local') {
    throw new UsageError('--broken works on the local target only: it damages the application', [
      'leave out --target, or leave out --broken',
    ]);
  }
}

/** @throws UsageError when migrations are named for a target that has its application already */
export function refuseMigrationsElsewhere(migrations: string | undefined, target: string): void {
  if (migrations === undefined || target === 'local') return;
  throw new UsageError('--migrations works on the local target only: elsewhere the application is deployed', [
    'leave out --target, or leave out --migrations',
  ]);
}

/** @throws UsageError for an unknown kind, and where the target is not ours to break */
function faultsFrom({ faults, target }: Pick<RunOptions, 'faults' | 'target'>): FaultKind[] {
  if (faults === undefined) return [];
  if (target !== 'local') {
    throw new UsageError('--faults works on the local target only: it kills and pauses servers', [
      'leave out --target, or leave out --faults',
    ]);
  }
  if (faults === true) return [...faultNames];
  return [...new Set(faults.split(','))].map((name) => oneOf('--faults', name.trim(), faultNames));
}

/** Scenarios whose arrivals need a virtual user in each load generator: what falls to one without is never made. */
const arrivals = ['rush', 'soak'] as const;

/** @throws UsageError when it is no number, when some would have nothing to do, or when another option allows one only */
export function runnersFrom(
  { runners = '1', dashboard, k6Out = [] }: Pick<RunOptions, 'runners' | 'dashboard' | 'k6Out'>,
  { scenarios: settings }: Thresholds['profiles'][ProfileName],
  scenarios: readonly ScenarioName[],
): number {
  const count = numberOption('--runners', runners, whole(1, MOST_RUNNERS, '2'));
  if (count === 1) return 1;
  for (const name of arrivals) {
    if (!scenarios.includes(name) || settings[name].max_users >= count) continue;
    throw new UsageError(
      `--runners ${count}: ${name} has ${settings[name].max_users} virtual users, too few for each to get one`,
      ['use fewer, or another profile'],
    );
  }
  if (dashboard) {
    throw new UsageError('--dashboard shows one k6, not several: it goes without --runners', [
      'send the metrics of all to one place with --k6-out, for instance experimental-prometheus-rw',
    ]);
  }
  const file = k6Out.find((output) => /^(csv|json)=/.test(output));
  if (file !== undefined) {
    throw new UsageError(`--k6-out ${file}: several k6 would write to one file`, [
      'leave it out: history/ of the run folder holds every call; or leave out --runners',
    ]);
  }
  return count;
}

function scenarioNamed(name: string): ScenarioName {
  return oneOf('scenario', name, scenarioNames);
}

function oneOf<T extends string>(what: string, value: string, allowed: readonly T[]): T {
  const found = allowed.find((candidate) => candidate === value);
  if (found === undefined) {
    throw new UsageError(`${what} ${value}: unknown`, [`one of: ${allowed.join(', ')}`]);
  }
  return found;
}

export function seedFrom(text: string): number {
  return numberOption('--seed', text, whole(0, 2 ** 31 - 1, '42'));
}

/** 32 random bits; the first digit is a letter, so that no tool takes the tag for a number. */
export function freshTag(): string {
  const tag = randomBytes(4).toString('hex');
  return `${'abcdef'[randomInt(6)]}${tag.slice(1)}`;
}
