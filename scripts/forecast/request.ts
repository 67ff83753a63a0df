import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { ForecastQuestion } from '../../capacity/forecast/forecast.ts';
import type { CapacitySource } from '../../capacity/forecast/gains.ts';
import {
  CAPACITY_READING_VERSION,
  type CapacityReading,
  capacityReadingSchema,
} from '../../contracts/capacity-reading.ts';
import { UsageError } from '../../contracts/errors.ts';
import { readJson } from '../../contracts/json-file.ts';
import { decimal, type NumberRange, numberOption, whole } from '../number-option.ts';
import { seedFrom } from '../run/request.ts';
import { readProfile } from './profiles.ts';

/** Options of `forecast` as commander gives them. */
export interface ForecastOptions {
  capacity?: string | undefined;
  with: string[];
  rate?: string | undefined;
  low?: string | undefined;
  high?: string | undefined;
  basis: string;
  percentile: string;
  rounds: string;
  seed: string;
  out: string;
  list?: boolean;
  json?: boolean;
}

/** What the command is to do, checked and read. */
export interface ForecastRequest {
  question: ForecastQuestion;
  profileSource: string;
  out: string;
}

/** @throws UsageError that names the argument, file or field, its problem and what is allowed */
export async function checkForecast(
  name: string | undefined,
  options: ForecastOptions,
): Promise<ForecastRequest> {
  if (name === undefined) {
    throw new UsageError('no launch profile is named', [
      'name a file, or one of those that come with table-stress: forecast --list',
    ]);
  }
  const { basis } = options;
  if (basis !== 'second' && basis !== 'minute') {
    throw new UsageError(`--basis ${basis}: unknown`, ['one of: second, minute']);
  }
  const percentile = numberOption('--percentile', options.percentile, decimal(0.5, 0.999, '0.95'));
  const rounds = numberOption('--rounds', options.rounds, whole(100, 100_000, '2000'));
  const { profile, source } = await readProfile(name);
  const others: (CapacitySource & { label: string })[] = [];
  for (const each of options.with) others.push(await readOther(each));
  return {
    question: {
      profile,
      capacity: await readBase(options),
      others,
      seed: seedFrom(options.seed),
      rounds,
      percentile,
      basis,
    },
    profileSource: source,
    out: path.resolve(options.out),
  };
}

const perSecond: NumberRange = {
  from: Number.MIN_VALUE,
  to: 1_000_000,
  what: 'a number of assignments per second above zero',
  example: '120',
};

async function readBase(options: ForecastOptions): Promise<CapacitySource> {
  const { capacity, rate, low, high } = options;
  if (capacity !== undefined && rate !== undefined) {
    throw new UsageError('--capacity and --rate exclude each other', ['leave out one of them']);
  }
  if (capacity !== undefined)
    return { source: capacity, reading: await readCapacity('--capacity', capacity) };
  if (rate === undefined) {
    throw new UsageError('what the target carries is not named', [
      'name a result of the capacity search by --capacity FOLDER',
      'or a rate by hand: --rate 120 --low 110 --high 130 (assignments per second)',
    ]);
  }
  const value = numberOption('--rate', rate, perSecond);
  const sustainable = {
    rate: value,
    low: low === undefined ? value : numberOption('--low', low, perSecond),
    high: high === undefined ? value : numberOption('--high', high, perSecond),
  };
  if (sustainable.low > value || sustainable.high < value) {
    throw new UsageError(`--low ${low ?? value} --high ${high ?? value}: do not enclose --rate ${rate}`, [
      'low ≤ rate ≤ high',
    ]);
  }
  return {
    source: 'by hand',
    reading: { v: 1, kind: 'capacity', sustainable, bound: 'measured', slice: {} },
  };
}

/** `LABEL=PATH`; without a label the folder's name is one. */
async function readOther(text: string): Promise<CapacitySource & { label: string }> {
  const at = text.indexOf('=');
  const [label, source] =
    at === -1 ? [path.basename(path.resolve(text)), text] : [text.slice(0, at), text.slice(at + 1)];
  if (label === '' || source === '') {
    throw new UsageError(`--with ${text}: is no label and folder`, [
      'for instance --with pool-20=runs/…-capacity',
    ]);
  }
  return { label, source, reading: await readCapacity('--with', source) };
}

/** @throws UsageError when there is no capacity result, or none that can be read */
async function readCapacity(option: string, source: string): Promise<CapacityReading> {
  const found = await stat(source).catch(() => null);
  if (found === null) {
    throw new UsageError(`${option} ${source}: there is no such file or folder`, [
      'name what `capacity` wrote: a folder with capacity.json, or that file',
    ]);
  }
  const file = found.isDirectory() ? path.join(source, 'capacity.json') : source;
  return readJson(file, capacityReadingSchema, CAPACITY_READING_VERSION);
}
