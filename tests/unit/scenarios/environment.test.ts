import { beforeEach, expect, it, vi } from 'vitest';
import { Environment } from '../../../scenarios/lib/environment.ts';

const complete = {
  TABLE_STRESS_PLAN: 'plan.json',
  TABLE_STRESS_REST_URL: 'http://127.0.0.1:3000/',
  TABLE_STRESS_SCHEMA: 'stress',
  SUPABASE_SECRET_KEY: 'sb_secret_x',
};
beforeEach(() => {
  vi.stubGlobal('__ENV', { ...complete });
});

it('gives what it was told, the address without its last slash', () => {
  const { planFile, restUrl, schema, secretKey, runner, summaryFile } = new Environment('smoke');
  expect({ planFile, restUrl, schema, secretKey, runner, summaryFile }).toEqual({
    planFile: 'plan.json',
    restUrl: 'http://127.0.0.1:3000',
    schema: 'stress',
    secretKey: 'sb_secret_x',
    runner: 'smoke',
    summaryFile: null,
  });
});

it.each([
  ['TABLE_STRESS_REST_URL', 'restUrl'],
  ['TABLE_STRESS_SCHEMA', 'schema'],
  ['SUPABASE_SECRET_KEY', 'secretKey'],
  ['TABLE_STRESS_PLAN', 'planFile'],
] as const)('has no default for %s', (name, property) => {
  vi.stubGlobal('__ENV', { ...complete, [name]: '' });
  expect(() => new Environment('smoke')[property]).toThrow(`${name} is not set: `);
});

it('needs no address and no key before the first call, so that an archive cannot hold them', () => {
  vi.stubGlobal('__ENV', { TABLE_STRESS_PLAN: 'plan.json' });
  expect(JSON.stringify(new Environment('smoke'))).toBe(
    '{"planFile":"plan.json","runner":"smoke","summaryFile":null,"startAt":null}',
  );
});

it('takes the names of the load generator and of the summary', () => {
  const names = { TABLE_STRESS_RUNNER: 'machine-2', TABLE_STRESS_SUMMARY: 'k6/smoke.json' };
  vi.stubGlobal('__ENV', { ...complete, ...names });
  const { runner, summaryFile } = new Environment('smoke');
  expect([runner, summaryFile]).toEqual(['machine-2', 'k6/smoke.json']);
});

it.each([
  ['2026-11-27T18:00:00Z', Date.UTC(2026, 10, 27, 18)],
  ['2026-11-27T18:00:00+01:00', Date.UTC(2026, 10, 27, 17)],
  ['1795802400000', 1_795_802_400_000],
  ['', null],
])('takes the agreed start %s', (text, startAt) => {
  vi.stubGlobal('__ENV', { ...complete, TABLE_STRESS_START: text });
  expect(new Environment('smoke').startAt).toBe(startAt);
});

it.each(['tomorrow', '2026-11-27T18:00:00', '18:00'])(
  'refuses the start %s, which is no one instant',
  (text) => {
    vi.stubGlobal('__ENV', { ...complete, TABLE_STRESS_START: text });
    expect(() => new Environment('smoke')).toThrow('TABLE_STRESS_START is no instant: ');
  },
);
