import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { UsageError } from '../../../../contracts/errors.ts';
import { launchProfileJsonSchema } from '../../../../contracts/launch-profile.ts';
import { listProfiles, profileNames, readProfile } from '../../../../scripts/forecast/profiles.ts';
import { checkForecast, type ForecastOptions } from '../../../../scripts/forecast/request.ts';

const folder = path.resolve(import.meta.dirname, '../../../../capacity/profiles');
let scratch: string;
beforeAll(async () => {
  scratch = await mkdtemp(path.join(tmpdir(), 'ts-forecast-'));
});
afterAll(() => rm(scratch, { recursive: true, force: true }));

const options: ForecastOptions = {
  with: [],
  rate: '60',
  basis: 'minute',
  percentile: '0.95',
  rounds: '1000',
  seed: '1',
  out: 'runs',
};

describe('the profiles that come with table-stress', () => {
  it('are three, of one group, a city and a country with a spot', async () => {
    expect(await profileNames()).toEqual(['city-launch', 'national-launch', 'restaurant-group']);
    for (const { about } of await listProfiles()) expect(about).not.toBe('');
    const { profile } = await readProfile('national-launch');
    expect(profile.scenarios.some(({ spot }) => spot !== undefined)).toBe(true);
  });

  it('keep to the schema of this program and to the JSON Schema beside them', async () => {
    const text = await readFile(path.join(folder, 'launch-profile.schema.json'), 'utf8');
    const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(JSON.parse(text));
    for (const name of await profileNames()) {
      const { profile } = await readProfile(name);
      expect(profile.name).toBe(name);
      const data = JSON.parse(await readFile(path.join(folder, `${name}.json`), 'utf8'));
      expect(validate(data), JSON.stringify(validate.errors)).toBe(true);
      expect(validate({ ...data, restaurants: 0 })).toBe(false);
      expect(data.$schema).toBe('launch-profile.schema.json');
    }
  });

  it('have the JSON Schema that the program makes: node --import tsx scripts/launch-profile-schema.ts', async () => {
    const committed = JSON.parse(await readFile(path.join(folder, 'launch-profile.schema.json'), 'utf8'));
    expect(committed).toEqual(JSON.parse(JSON.stringify(launchProfileJsonSchema())));
  });
});

describe('a damaged profile', () => {
  const faults: [string, (profile: Record<string, unknown>) => void, RegExp][] = [
    ['a missing field', (each) => delete each.restaurants, /restaurants \(missing\): /],
    ['a wrong type', (each) => Object.assign(each, { restaurants: 'many' }), /restaurants \("many"\): /],
    ['no restaurant', (each) => Object.assign(each, { restaurants: 0 }), /restaurants \(0\): /],
    ['a wrong date', (each) => Object.assign(each, { launch_date: '1 May' }), /launch_date \("1 May"\): /],
    ['a misspelt field', (each) => Object.assign(each, { restaurant: 3 }), /restaurant/],
    [
      'a wrong time of day',
      (each) => Object.assign((each.services as object[])[0] ?? {}, { starts_at: '25:00' }),
      /services\.0\.starts_at \("25:00"\): is no time of day, for instance 18:30/,
    ],
    [
      'a curve of nothing',
      (each) => Object.assign((each.services as object[])[0] ?? {}, { arrival_curve: [0, 0] }),
      /services\.0\.arrival_curve .*has no weight above zero/,
    ],
    [
      'a share above one',
      (each) => Object.assign(each, { conflicts: { share: 2, retries: 1 } }),
      /conflicts\.share \(2\): /,
    ],
    [
      'a scenario twice',
      (each) => Object.assign(each, { scenarios: [1, 2].map(() => ({ name: 'a', bookings_factor: 1 })) }),
      /scenarios .*names one twice/,
    ],
    ['a newer version', (each) => Object.assign(each, { v: 99 }), /format version 99 is newer/],
  ];
  it.each(faults)(
    'with %s is refused with its name, the field and what to do',
    async (_, damage, message) => {
      const data = JSON.parse(await readFile(path.join(folder, 'city-launch.json'), 'utf8'));
      damage(data);
      const file = path.join(scratch, 'launch.json');
      await writeFile(file, JSON.stringify(data));
      const error = await readProfile(file).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(UsageError);
      expect((error as UsageError).message).toContain(`${file}: `);
      expect((error as UsageError).message).toMatch(message);
      expect((error as UsageError).fixes).not.toEqual([]);
    },
  );
});

describe('bad usage', () => {
  const capacity = {
    v: 1,
    kind: 'capacity',
    sustainable: { rate: 50, low: 45, high: 55 },
    bound: 'measured',
  };
  const write = async (name: string, data: unknown): Promise<string> => {
    const file = path.join(scratch, name);
    await writeFile(file, JSON.stringify(data));
    return file;
  };

  it.each([
    ['no profile', undefined, {}, /no launch profile is named/],
    ['a profile that is not there', 'moon-launch', {}, /moon-launch: there is no such launch profile/],
    ['no capacity', 'city-launch', { rate: undefined }, /what the target carries is not named/],
    [
      'a capacity that is not there',
      'city-launch',
      { rate: undefined, capacity: 'no-such-folder' },
      /no such file or folder/,
    ],
    ['a rate and a capacity', 'city-launch', { capacity: 'x' }, /exclude each other/],
    [
      'a rate of zero',
      'city-launch',
      { rate: '0' },
      /--rate 0: is not a number of assignments per second above zero/,
    ],
    ['a rate in words', 'city-launch', { rate: 'fast' }, /--rate fast: is not a number/],
    ['an interval beside the rate', 'city-launch', { low: '70' }, /do not enclose --rate 60/],
    ['an unknown basis', 'city-launch', { basis: 'hour' }, /--basis hour: unknown/],
    [
      'a percentile of hundred',
      'city-launch',
      { percentile: '95' },
      /--percentile 95: is not a number from 0.5 to 0.999/,
    ],
    [
      'too few rounds',
      'city-launch',
      { rounds: '10' },
      /--rounds 10: is not a whole number from 100 to 100000/,
    ],
    ['a change without a folder', 'city-launch', { with: ['pool='] }, /--with pool=: is no label and folder/],
  ] as const)('%s', async (_, name, more, message) => {
    const given = { ...options, ...more, with: [...('with' in more ? more.with : [])] };
    await expect(checkForecast(name, given)).rejects.toThrow(message);
  });

  it('a capacity file of another kind or shape is refused with the field', async () => {
    for (const [data, message] of [
      [{ ...capacity, kind: 'scalability' }, /kind \("scalability"\): /],
      [{ ...capacity, sustainable: { rate: 50, low: 60, high: 70 } }, /sustainable .*low ≤ rate ≤ high/],
      [{ ...capacity, bound: undefined }, /bound \(missing\): /],
    ] as const) {
      const file = await write('capacity.json', data);
      const given = { ...options, rate: undefined, capacity: file };
      await expect(checkForecast('city-launch', given)).rejects.toThrow(message);
    }
  });

  it('what a capacity result holds besides is left alone, in a folder as in a file', async () => {
    await write('capacity.json', { ...capacity, steps: [1, 2], slice: { pool_size: 10 } });
    const given = { ...options, rate: undefined, capacity: scratch, with: [`same=${scratch}/capacity.json`] };
    const { question } = await checkForecast('city-launch', given);
    expect(question.capacity.reading.sustainable).toMatchObject({ rate: 50 });
    expect(question.others).toMatchObject([{ label: 'same', reading: { slice: { pool_size: 10 } } }]);
  });
});
