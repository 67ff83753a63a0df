import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { messageOf, UsageError } from '../../contracts/errors.ts';
import { type CaseDefinition, caseFileSchema } from '../../contracts/explore-case.ts';
import { type ReplayFile, replayFileSchema } from '../../contracts/explore-result.ts';
import { planInstance } from '../../explore/cases/instance.ts';
import { standardCases } from '../../explore/cases/standard.ts';
import { WorldBuilder } from '../../plan/builder.ts';
import { checkIsolation, type IsolationOptions, type IsolationRequest } from '../isolation-options.ts';
import { numberOption, whole } from '../number-option.ts';
import { checkBroken, freshTag, refuseMigrationsElsewhere, seedFrom } from '../run/request.ts';

/** Options of `explore` as commander gives them. */
export interface ExploreOptions extends Omit<IsolationOptions, 'clock' | 'schema'> {
  target: string;
  migrations?: string;
  broken?: string;
  schema?: string;
  cases?: string;
  preemptions: string;
  time: string;
  deadline: string;
  samples: string;
  seed?: string;
  reduction: boolean;
  keepGoing?: boolean;
  replay?: string;
  times: string;
  jobs?: string;
  out: string;
  json?: boolean;
  list?: boolean;
}

/** What the command is to do, checked. */
export interface ExploreRequest {
  target: string;
  migrations: string | null;
  broken: string | null;
  isolation: IsolationRequest;
  tag: string;
  seed: number;
  cases: readonly CaseDefinition[];
  preemptions: number;
  /** Milliseconds for all cases together. */
  time: number;
  /** Milliseconds for one schedule. */
  deadline: number;
  samples: number;
  reduce: boolean;
  keepGoing: boolean;
  /** Databases side by side. */
  jobs: number;
  /** A schedule to be run again, so many times; null: cases are explored. */
  replay: { file: string; content: ReplayFile; times: number } | null;
  out: string;
}

/** @throws UsageError that names the argument, its problem and what is allowed */
export async function checkRequest(
  names: readonly string[],
  options: ExploreOptions,
): Promise<ExploreRequest> {
  const { target, sourceSchema, allow, copy } = options;
  refuseMigrationsElsewhere(options.migrations, target);
  const tag = freshTag();
  const replay = options.replay === undefined ? null : await readReplay(options.replay);
  const cases = await chooseCases(names, options.cases);
  const request: ExploreRequest = {
    target,
    migrations: options.migrations === undefined ? null : path.resolve(options.migrations),
    broken: options.broken ?? replay?.content.broken ?? null,
    isolation: checkIsolation({
      sourceSchema,
      schema: options.schema ?? `table_stress_explore_${tag}`,
      allow,
      copy,
      clock: 'real',
    }),
    tag,
    seed: options.seed === undefined ? randomInt(1, 2 ** 31) : seedFrom(options.seed),
    cases,
    preemptions:
      options.preemptions === 'all'
        ? Number.POSITIVE_INFINITY
        : numberOption('--preemptions', options.preemptions, fromZero),
    time: numberOption('--time', options.time, fromZero) * 1000,
    deadline: numberOption('--deadline', options.deadline, fromZero) * 1000,
    samples: numberOption('--samples', options.samples, fromZero),
    reduce: options.reduction,
    keepGoing: options.keepGoing ?? false,
    jobs: replay === null ? jobsFrom(options, cases.length) : 1,
    replay: replay && { ...replay, times: Math.max(1, numberOption('--times', options.times, fromZero)) },
    out: path.resolve(options.out),
  };
  await checkBroken(request);
  return request;
}

const fromZero = whole(0, 999_999, '10');

/** This process schedules all of them, and is busy with about as many. */
const MOST_JOBS = 8;
/** A second one takes some seconds to be made, which few cases do not repay. */
const USUAL = { jobs: 2, casesEach: 5 };

/** @throws UsageError where the target is no database of our own, of which there can be several */
function jobsFrom({ jobs, target }: Pick<ExploreOptions, 'jobs' | 'target'>, cases: number): number {
  if (jobs === undefined) {
    if (target !== 'local' || cases < USUAL.jobs * USUAL.casesEach) return 1;
    return Math.min(USUAL.jobs, availableParallelism());
  }
  const number = numberOption('--jobs', jobs, whole(1, MOST_JOBS, '2'));
  if (number > 1 && target !== 'local') {
    throw new UsageError('--jobs works on the local target only: elsewhere there is one database', [
      'leave out --target, or leave out --jobs',
    ]);
  }
  return number;
}

async function chooseCases(
  names: readonly string[],
  file: string | undefined,
): Promise<readonly CaseDefinition[]> {
  const known = file === undefined ? standardCases : await readCases(file);
  if (names.length === 0) return known;
  return names.map((name) => {
    const found = known.find((each) => each.name === name);
    if (found) return found;
    throw new UsageError(`there is no case "${name}"`, [
      `one of: ${known.map((each) => each.name).join(', ')}`,
    ]);
  });
}

async function readCases(file: string): Promise<CaseDefinition[]> {
  const { cases } = await readJsonFile(file, caseFileSchema, '--cases');
  for (const definition of cases) refuseUnknownNames(file, definition);
  return cases;
}

/** Before a target is started: a call may name what the case does not have. */
function refuseUnknownNames(file: string, definition: CaseDefinition): void {
  try {
    planInstance(definition, new WorldBuilder({ tag: '00000000', seed: 0, anchor: 0 }, 'explore'));
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    throw new UsageError(`--cases ${file}: case ${definition.name}: ${error.message}`, error.fixes);
  }
}

async function readReplay(file: string): Promise<{ file: string; content: ReplayFile }> {
  return { file, content: await readJsonFile(file, replayFileSchema, '--replay') };
}

async function readJsonFile<T>(file: string, schema: z.ZodType<T>, option: string): Promise<T> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new UsageError(`${option} ${file}: cannot be read as JSON (${messageOf(error)})`, [], error);
  }
  const parsed = schema.safeParse(data);
  if (parsed.success) return parsed.data;
  throw new UsageError(`${option} ${file}: ${z.prettifyError(parsed.error)}`, [
    'docs/explore.md says what it must hold',
  ]);
}
