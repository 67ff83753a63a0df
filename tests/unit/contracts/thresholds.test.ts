import { readFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { profileNames } from '../../../contracts/thresholds.ts';
import { thresholdsJsonSchema } from '../../../contracts/thresholds-json-schema.ts';
import { scratchFolder } from './scratch-folder.ts';

const root = path.resolve(import.meta.dirname, '../../..');
const committed = (): string => readFileSync(path.join(root, 'thresholds.json'), 'utf8');

/** The committed thresholds with one value replaced, or removed when it is undefined. */
function damaged(field: string, value: unknown): string {
  const thresholds = JSON.parse(committed());
  const keys = field.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce((object, key) => object[key], thresholds);
  parent[last] = value;
  return JSON.stringify(thresholds);
}

async function errorOf(text: string): Promise<UsageError> {
  const file = path.join(await scratchFolder(), 'thresholds.json');
  await writeFile(file, text);
  try {
    readThresholds(file);
  } catch (error) {
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toContain(`${file}: `);
    expect((error as UsageError).fixes).not.toEqual([]);
    return error as UsageError;
  }
  throw new Error('the thresholds were accepted');
}

it('the committed thresholds are valid, for each profile', () => {
  const { profiles } = readThresholds(path.join(root, 'thresholds.json'));
  expect(Object.keys(profiles)).toEqual([...profileNames]);
});

const hotTable = 'profiles.quick.scenarios.hot-table';
const faults = [
  ['a wrong type', `${hotTable}.rounds`, 'many', `${hotTable}.rounds ("many"): `],
  ['a missing field', `${hotTable}.rounds`, undefined, `${hotTable}.rounds (missing): `],
  ['a missing profile', 'profiles.soak', undefined, 'profiles.soak (missing): '],
  ['a missing scenario', 'k6.smoke', undefined, 'k6.smoke (missing): '],
  ['too small a number', `${hotTable}.processes`, 0, `${hotTable}.processes (0): `],
  ['too large a number', `${hotTable}.table_pairs`, 51, `${hotTable}.table_pairs (51): `],
  ['a fraction', 'progress.max_wait_ms', 0.5, 'progress.max_wait_ms (0.5): '],
  ['a share above one', 'progress.max_transient_share', 2, 'progress.max_transient_share (2): '],
  ['a misspelt field', 'progress.max_wait', 1, '"max_wait"'],
  ['a misspelt scenario', 'k6.hottable', [], '"hottable"'],
  ['no condition', 'k6.smoke.0.conditions', [], 'k6.smoke.0.conditions ([]): '],
  [
    'a metric that is none',
    'k6.smoke.0.metric',
    'Assign duration',
    'k6.smoke.0.metric ("Assign duration"): ',
  ],
  ['a policy that is none', 'freshness.policy', 'never', 'freshness.policy ("never"): '],
  ['no rate', 'staging.max_requests_per_second', 0, 'staging.max_requests_per_second (0): '],
  ['a misspelt ceiling', 'staging.max_request_per_second', 10, '"max_request_per_second"'],
  ['a window of too few calls', 'staging.errors_over_calls', 10, 'staging.errors_over_calls (10): '],
  ['a project ref that is none', 'staging.protected_refs', ['prod'], 'staging.protected_refs.0 ("prod"): '],
] as const;

const defaults = {
  max_requests_per_second: 50,
  max_rows: 30_000,
  max_duration_s: 900,
  max_connections: 30,
  max_error_share: 0.2,
  errors_over_calls: 100,
  protected_refs: [],
};

describe('the ceilings of hosted projects', () => {
  const stagingOf = async (value: unknown): Promise<unknown> => {
    const file = path.join(await scratchFolder(), 'thresholds.json');
    await writeFile(file, damaged('staging', value));
    return readThresholds(file).staging;
  };

  it.each([
    ['a file from before them', undefined, defaults],
    ['an empty section', {}, defaults],
    ['one that is raised', { max_rows: 50_000 }, { ...defaults, max_rows: 50_000 }],
  ])('%s has the others by default', async (_, value, expected) => {
    expect(await stagingOf(value)).toEqual(expected);
  });

  it('are committed as they are by default', () => {
    expect(JSON.parse(committed()).staging).toEqual(defaults);
  });
});

describe('broken thresholds are refused', () => {
  it.each(faults)('%s: %s', async (_, field, value, message) => {
    expect((await errorOf(damaged(field, value))).message).toContain(message);
  });

  it('a metric that is named twice: k6 keeps one entry only', async () => {
    const [entry] = JSON.parse(committed()).k6.smoke;
    const error = await errorOf(damaged('k6.smoke', [entry, entry]));
    expect(error.message).toMatch(/k6\.smoke \(.*\): names a metric twice/);
  });

  it.each([
    [
      'a limit that a refresh on schedule could not keep',
      'freshness.max_stale_ms',
      900,
      'profiles.quick.scenarios.window-boundary.refresh_every_ms (1000): is above freshness.max_stale_ms (900)',
    ],
    [
      'a window that is over before staleness could be seen',
      'profiles.soak.scenarios.window-boundary.window_ms',
      2000,
      'profiles.soak.scenarios.window-boundary.window_ms (2000): is not above freshness.max_stale_ms (2000)',
    ],
  ])('fields that do not fit each other: %s', async (_, field, value, message) => {
    expect((await errorOf(damaged(field, value))).message).toContain(message);
  });

  it('text that is no JSON', async () => {
    const error = await errorOf(committed().replace('"v": 1,', '"v": 1'));
    expect(error.message).toContain('is no valid JSON');
  });

  it('a newer format', async () => {
    const error = await errorOf(damaged('v', 2));
    expect(error.message).toContain('format version 2 is newer than this program knows (1)');
  });

  it('a file that is not there', async () => {
    const file = path.join(await scratchFolder(), 'thresholds.json');
    expect(() => readThresholds(file)).toThrow(`${file}: cannot be read`);
    expect(() => readThresholds(file)).toThrow(UsageError);
  });
});

describe('thresholds.schema.json', () => {
  const schema = JSON.parse(readFileSync(path.join(root, 'thresholds.schema.json'), 'utf8'));
  const validate = new Ajv2020({ strict: true, strictRequired: false }).compile(schema);

  it('is what the program checks by; else: node --import tsx scripts/thresholds-schema.ts', () => {
    expect(schema).toEqual(thresholdsJsonSchema());
  });

  it('is named by thresholds.json and accepts it', () => {
    const thresholds = JSON.parse(committed());
    expect(thresholds.$schema).toBe('./thresholds.schema.json');
    expect(validate(thresholds), JSON.stringify(validate.errors)).toBe(true);
  });

  it('accepts a file from before the ceilings of hosted projects, and a part of them', () => {
    expect(validate(JSON.parse(damaged('staging', undefined)))).toBe(true);
    expect(validate(JSON.parse(damaged('staging', { max_rows: 50_000 })))).toBe(true);
  });

  it.each(faults)('refuses %s: %s', (_, field, value) => {
    expect(validate(JSON.parse(damaged(field, value)))).toBe(false);
  });
});
