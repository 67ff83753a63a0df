import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { type Profile, scenarioNames } from '../../../contracts/thresholds.ts';
import { fitToCeiling, planUnderCeiling } from '../../../plan/ceiling.ts';
import type { PlanOptions } from '../../../plan/plan.ts';
import { callsInTurn } from '../../../plan/scenarios/window-boundary.ts';
import { planSchema } from '../../../plan/schema.ts';
import { planOf, smallProfile, tag } from './plans.ts';

const { profiles, staging } = readThresholds(new URL('../../../thresholds.json', import.meta.url).pathname);
const wide = {
  max_requests_per_second: 10_000,
  max_rows: 1e6,
  max_duration_s: 86_400,
  max_connections: 1000,
};

function optionsOf(profileName: string, profile: Profile, more: Partial<PlanOptions> = {}): PlanOptions {
  const anchor = Date.parse('2026-06-17T12:34:56.789Z');
  return { seed: 1, tag, anchor, profileName, profile, scenarios: scenarioNames, thresholds: {}, ...more };
}

function errorOf(action: () => unknown): UsageError {
  try {
    action();
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

it('without a ceiling a plan has no pauses, to the byte', () => {
  expect(planOf()).not.toHaveProperty('min_interval_ms');
  expect(Object.keys(planOf())).toEqual([
    'v',
    'seed',
    'tag',
    'anchor',
    'profile',
    'world',
    'scenarios',
    'thresholds',
  ]);
});

it('a profile below the ceiling stays as it is', () => {
  expect(fitToCeiling(smallProfile, scenarioNames, wide)).toEqual({ profile: smallProfile, changes: [] });
});

describe.each(['quick', 'standard'] as const)('the profile %s under the default ceiling', (name) => {
  const { plan, forecast } = planUnderCeiling(optionsOf(name, profiles[name]), staging);

  it('is planned, and keeps to it', () => {
    for (const load of forecast.scenarios) {
      expect(load.requests_per_second).toBeLessThanOrEqual(staging.max_requests_per_second);
      expect(load.virtual_users).toBeLessThanOrEqual(staging.max_connections);
    }
    expect(forecast.total.planned_s).toBeLessThanOrEqual(staging.max_duration_s);
    expect(forecast.rows.seeded_total + forecast.rows.added_total).toBeLessThanOrEqual(staging.max_rows);
  });

  it('has pauses that hold the rate even when everybody hurries', () => {
    for (const { scenario, virtual_users } of forecast.scenarios) {
      const pause = plan.min_interval_ms?.[scenario] ?? 0;
      expect((virtual_users * 1000) / pause).toBeLessThanOrEqual(staging.max_requests_per_second);
    }
    expect(planSchema.safeParse(JSON.parse(JSON.stringify(plan))).success).toBe(true);
  });

  it('leaves callers that are on time enough time, so that barriers stay exact', () => {
    const pauses = plan.min_interval_ms ?? {};
    const { 'hot-table': hotTable, 'window-boundary': boundary } = plan.scenarios;
    expect(hotTable?.settings.period_ms).toBeGreaterThan(pauses['hot-table'] ?? Number.NaN);
    const { settings, watched = [] } = boundary ?? {};
    const { poll_interval_ms = 0, window_ms = 0, refresh_every_ms = 0 } = settings ?? {};
    const pause = pauses['window-boundary'] ?? Number.NaN;
    const policies = watched.map((tables) => tables.map(({ policy }) => policy));
    // A guest may check in besides.
    for (const own of policies) expect(poll_interval_ms).toBeGreaterThan(pause * (callsInTurn(own) + 1));
    expect(window_ms).toBeGreaterThanOrEqual(3 * poll_interval_ms);
    const refreshed = policies.flat().filter((policy) => policy === 'every').length;
    expect(refreshed).toBeGreaterThan(0);
    expect(refresh_every_ms).toBe(profiles[name].scenarios['window-boundary'].refresh_every_ms);
    expect(refresh_every_ms).toBeGreaterThan(pause * refreshed);
  });
});

it('says what it changed', () => {
  const { changes } = fitToCeiling(profiles.quick, scenarioNames, { ...staging, max_connections: 12 });
  expect(changes).toEqual([
    'hot-table: 12 processes instead of 16 (staging.max_connections)',
    'hot-table: a round every 264 ms instead of 150 ms (at most 50 requests per second)',
    'merge: a round every 793 ms instead of 150 ms (at most 50 requests per second)',
    'idempotency: a round every 793 ms instead of 150 ms (at most 50 requests per second)',
    'holds: a round every 793 ms instead of 300 ms (at most 50 requests per second)',
    'rush: 12 processes instead of 60 (staging.max_connections)',
    'rush: 3.3 arrivals per second instead of 12 (at most 50 requests per second)',
    'window-boundary: 5 tables under the policy every instead of 6 (at most 50 requests per second)',
    'window-boundary: a turn of polling every 793 ms instead of 150 ms (at most 50 requests per second)',
    'window-boundary: a lead before the window of 1190 ms instead of 1000 ms',
    'window-boundary: a window of 3093 ms instead of 2300 ms',
    'window-boundary: a tail after the window of 3093 ms instead of 2300 ms',
    'soak: 12 processes instead of 30 (staging.max_connections)',
    'soak: 16.6 visits per second instead of 30 (at most 50 requests per second)',
    'capacity: 12 processes instead of 40 (staging.max_connections)',
  ]);
});

it('refreshes less often only where one table is too much already, and says that this is not judged', () => {
  const ceiling = { ...staging, max_requests_per_second: 8 };
  const { profile, changes } = fitToCeiling(profiles.quick, ['window-boundary'], ceiling);
  const { refreshed_tables, refresh_every_ms } = profile.scenarios['window-boundary'];
  expect(refreshed_tables).toBe(1);
  expect(refresh_every_ms).toBe(1238);
  expect(changes).toContain(
    'window-boundary: a refresh every 1238 ms instead of 1000 ms (at most 8 requests per second): it cannot be judged then',
  );
});

it('leaves the windows alone that a virtual clock is stepped across', () => {
  const ceiling = { ...staging, max_connections: 3 };
  const { profile, changes } = fitToCeiling(profiles.quick, ['window-boundary'], ceiling, 'virtual');
  expect(changes).toEqual(['window-boundary: 3 processes instead of 8 (staging.max_connections)']);
  expect(profile.scenarios['window-boundary']).toEqual({
    ...profiles.quick.scenarios['window-boundary'],
    processes: 3,
  });
});

it('leaves scenarios alone that are not wanted', () => {
  const { profile, changes } = fitToCeiling(profiles.quick, ['smoke'], { ...staging, max_connections: 1 });
  expect(profile).toEqual(profiles.quick);
  expect(changes).toEqual([]);
});

describe('what cannot be fitted names field and remedy', () => {
  it('rows', () => {
    const standard = optionsOf('standard', profiles.standard);
    const error = errorOf(() => planUnderCeiling(standard, { ...staging, max_rows: 900 }));
    expect(error.message).toMatch(
      /^the plan writes up to \d+ rows, above the ceiling of 900 \(staging.max_rows\)$/,
    );
    const [needed] = /\d+/.exec(error.message) ?? [];
    expect(error.fixes).toEqual([
      `raise staging.max_rows in thresholds.json to ${needed}, or use --profile quick`,
    ]);
    expect(() => planUnderCeiling(standard, { ...staging, max_rows: Number(needed) })).not.toThrow();
  });

  it('duration', () => {
    const error = errorOf(() =>
      planUnderCeiling(optionsOf('quick', profiles.quick), { ...staging, max_duration_s: 10 }),
    );
    expect(error.message).toMatch(
      /takes \d+ s at 50 requests per second.* ceiling of 10 s \(staging.max_duration_s\)/,
    );
    expect(error.fixes[0]).toMatch(
      /raise staging.max_duration_s in thresholds.json to \d+, or name fewer scenarios/,
    );
  });

  it('virtual users, when nobody is left to read statuses', () => {
    const one = { ...staging, max_connections: 1 };
    const options = optionsOf('quick', profiles.quick, { scenarios: ['window-boundary'] });
    const error = errorOf(() => planUnderCeiling(options, one));
    expect(error.message).toContain('window-boundary: with staging.max_connections 1 nobody is left to read');
    expect(error.fixes[0]).toContain('to at least 2');
  });

  it('virtual users, when too few are left to contend', () => {
    const few = { ...staging, max_connections: 3 };
    const error = errorOf(() => planUnderCeiling(optionsOf('quick', profiles.quick), few));
    expect(error.message).toContain('hot-table: with staging.max_connections 3 too few');
    expect(error.fixes).toEqual([
      'raise staging.max_connections in thresholds.json to at least 4, or leave out hot-table',
    ]);
    const others = optionsOf('quick', profiles.quick, { scenarios: ['smoke', 'window-boundary'] });
    expect(planUnderCeiling(others, few).forecast.total.virtual_users).toBe(3);
  });
});
