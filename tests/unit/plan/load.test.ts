import { describe, expect, it } from 'vitest';
import { scenarioNames } from '../../../contracts/thresholds.ts';
import { BARRIER_LEAD_MS } from '../../../plan/duration.ts';
import { describeLoad, leastCalls } from '../../../plan/load.ts';
import { worldTables } from '../../../plan/world.ts';
import { planOf, smallProfile } from './plans.ts';

const plan = planOf();
const forecast = describeLoad(plan);
const of = (name: string) => {
  const found = forecast.scenarios.find(({ scenario }) => scenario === name);
  if (!found) throw new Error(`no forecast of ${name}`);
  return found;
};

it('has every planned scenario, and no other', () => {
  expect(forecast.scenarios.map(({ scenario }) => scenario)).toEqual([...scenarioNames]);
  const some = describeLoad(planOf({ scenarios: ['hot-table'] }));
  expect(some.scenarios.map(({ scenario }) => scenario)).toEqual(['hot-table']);
  expect(describeLoad(planOf({ scenarios: [] })).total).toEqual({
    requests: 0,
    virtual_users: 0,
    requests_per_second: 0,
    planned_s: 0,
    limit_s: 0,
  });
});

describe('requests', () => {
  it.each(['smoke', 'hot-table'])('of %s are exactly those that verify waits for', (name) => {
    expect(of(name).requests).toBe(leastCalls(plan, name));
  });

  it('of window-boundary are those of all turns that fit into the time', () => {
    // Two assignments each, 46 turns of polling, ten runs of the job for two tables, and the guests that check in.
    expect(of('window-boundary').requests).toBe(3 * 2 + 46 * (1 + 3 + 3) + 10 * 2 + 3);
  });
});

it('virtual users, rate and duration of each scenario', () => {
  expect(of('smoke')).toMatchObject({
    virtual_users: 1,
    requests_per_second: null,
    planned_s: 0,
    limit_s: 645,
  });
  const { processes, rounds, period_ms } = smallProfile.scenarios['hot-table'];
  expect(of('hot-table')).toMatchObject({
    virtual_users: processes,
    requests_per_second: (processes * 1000) / period_ms,
    planned_s: (BARRIER_LEAD_MS + rounds * period_ms) / 1000,
    limit_s: 4 * 3 + 120 + 45,
  });
  expect(of('window-boundary')).toMatchObject({ virtual_users: 4, planned_s: 4.5, limit_s: 5 + 120 + 45 });
  // A script of three calls for each of 6 processes, in 100 ms; churn has no pause, and rush and soak have arrivals.
  expect(of('merge')).toMatchObject({ virtual_users: 6, planned_s: 1.5 });
  expect(of('merge').requests_per_second).toBeLessThanOrEqual(6 * 3 * 10);
  expect(of('churn')).toMatchObject({ virtual_users: 4, requests_per_second: null, requests: 16 * 4 * 3 });
  expect(of('rush')).toMatchObject({ virtual_users: 10, planned_s: 4, requests_per_second: 5 * 3 * 4 });
  expect(of('soak')).toMatchObject({ virtual_users: 10, planned_s: 2, requests_per_second: 30 });
  expect(forecast.total).toMatchObject({ virtual_users: 10, requests_per_second: null });
});

it('a ceiling gives smoke a rate and a duration', () => {
  const { scenarios } = describeLoad(planOf({ scenarios: ['smoke'], max_requests_per_second: 20 }));
  expect(scenarios[0]).toMatchObject({ requests: 46, requests_per_second: 20, planned_s: 2.3, limit_s: 648 });
});

it('seeded rows are those of the world', () => {
  for (const table of worldTables) expect(forecast.rows.seeded[table]).toBe(plan.world[table].length);
  const all = worldTables.reduce((total, table) => total + plan.world[table].length, 0);
  expect(forecast.rows.seeded_total).toBe(all);
});

it('added rows are one for each table that a winner gets', () => {
  const smoke = describeLoad(planOf({ scenarios: ['smoke'] })).rows;
  // Six assignments succeed in a sequence, one of them a pair; two have a key.
  expect(smoke.added).toEqual({
    allocations: 2 * 8,
    booking_table_assignments: 2 * 7,
    booking_assignment_idempotency: 2 * 2,
  });
  expect(smoke.added_total).toBe(34);
  const rounds = plan.scenarios['hot-table']?.rounds ?? [];
  const slots = rounds.flatMap(({ calls }) => [...new Set(calls.map(({ slot }) => slot))]);
  const hotTable = describeLoad(planOf({ scenarios: ['hot-table'] })).rows;
  expect(hotTable.added.booking_assignment_idempotency).toBe(slots.length);
  expect(hotTable.added.booking_table_assignments).toBeGreaterThan(slots.length);
  const boundary = describeLoad(planOf({ scenarios: ['window-boundary'] })).rows;
  expect(boundary.added_total).toBe(3 * 2 * 3);
});
