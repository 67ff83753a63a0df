import { describe, expect, it } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import { requestsPerArrival } from '../../../plan/scenarios/capacity.ts';
import { renderBudget } from '../../../scripts/capacity/render.ts';
import {
  type CapacityOptions,
  type CapacityRequest,
  checkRequest,
} from '../../../scripts/capacity/request.ts';
import { budgetOf, planStep, sizeStep } from '../../../scripts/capacity/step-plan.ts';

const usual: CapacityOptions = {
  target: 'local',
  out: 'runs',
  sourceSchema: 'public',
  schema: 'table_stress',
  allow: [],
  copy: [],
};
const check = (options: Partial<CapacityOptions> = {}) => checkRequest({ ...usual, ...options });

/** The request as it would be for a hosted project. */
async function hosted(options: Partial<CapacityOptions> = {}): Promise<CapacityRequest> {
  const request = await check(options);
  return { ...request, run: { ...request.run, staging: { database: 'url' } as never } };
}

describe('options', () => {
  it('leave what thresholds.json says where they are not given', async () => {
    const { slo, search, settings, poolSize, checks } = await check();
    expect(slo.latency).toEqual([{ percentile: 95, ms: 300 }]);
    expect(search).toMatchObject({ start_rate: 10, growth: 2, max_rate: 1000, repeats: 3 });
    expect(settings).toMatchObject({ popularity: 'uniform', restaurants: 8, tables: 24 });
    expect([poolSize, checks]).toEqual([null, []]);
  });

  it('replace it where they are', async () => {
    const { slo, search, settings, checks, poolSize } = await check({
      sloP50: '50',
      sloP99: '900',
      sloErrors: '0.05',
      sloStatusLag: 'none',
      tables: 'zipf',
      merged: '0',
      conflicts: '0.5',
      restaurants: '1',
      maxRate: '200',
      maxDuration: '60',
      check: '0.9, 1.2',
      poolSize: '20',
    });
    expect(slo).toEqual({
      latency: [
        { percentile: 50, ms: 50 },
        { percentile: 99, ms: 900 },
      ],
      max_error_share: 0.05,
      max_status_lag_ms: null,
    });
    expect(search).toMatchObject({ max_rate: 200, max_duration_s: 60 });
    expect(settings).toMatchObject({
      popularity: 'zipf',
      merged_share: 0,
      conflict_share: 0.5,
      restaurants: 1,
    });
    expect([checks, poolSize]).toEqual([[0.9, 1.2], 20]);
  });

  it.each<[Partial<CapacityOptions>, RegExp]>([
    [{ sloP95: 'fast' }, /^--slo-p95 fast: is not a number of milliseconds/],
    [{ sloP95: '0' }, /^--slo-p95 0: is not/],
    [{ sloErrors: '5' }, /^--slo-errors 5: is not a share from 0 to 1/],
    [{ sloStatusLag: 'never' }, /^--slo-status-lag never/],
    [{ tables: 'round' }, /^--tables round: unknown/],
    [{ merged: '-1' }, /^--merged -1: is not a share/],
    [{ restaurants: '0' }, /^--restaurants 0: is not a whole number from 1/],
    [{ restaurants: '1.5' }, /^--restaurants 1.5/],
    [{ maxRate: '1e3' }, /^--max-rate 1e3/],
    [{ maxRate: '' }, /^--max-rate /],
    [{ maxDuration: '5' }, /^--max-duration 5: is not a whole number from 10/],
    [{ startRate: '50', maxRate: '20' }, /^--start-rate 50: is above --max-rate 20/],
    [{ check: '0.9,x' }, /^--check x/],
    [{ precision: '0' }, /^--precision 0/],
    [{ repeats: '0' }, /^--repeats 0/],
    [{ seed: 'x' }, /^--seed x/],
    [{ broken: 'no-such' }, /no-such/],
    [{ target: 'target.json', poolSize: '5' }, /^--pool-size works on the local target only/],
    [{ target: 'target.json', migrations: 'x' }, /^--migrations works on the local target only/],
    [{ target: 'target.json', broken: 'legacy-refresh' }, /^--broken works on the local target only/],
    [{ schema: 'public' }, /^--schema public/],
  ])('%j are refused', async (options, message) => {
    const error = await check(options).then(
      () => null,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(message);
    expect((error as UsageError).fixes.length + Number(options.broken !== undefined)).toBeGreaterThan(0);
  });
});

describe('a step', () => {
  it('has virtual users for four times the longest latency, by Little', async () => {
    const request = await check({ sloP95: '500' });
    expect(sizeStep(request, 100)).toEqual({ duration_s: 8, users: 201, usersWanted: 201 });
    // At least for a second each.
    expect(sizeStep(await check({ sloP95: '10' }), 100).users).toBe(101);
  });

  it('lasts longer where there would be too few calls', async () => {
    const request = await check({ minCalls: '120' });
    expect(sizeStep(request, 5).duration_s).toBe(24);
    expect(sizeStep(request, 500).duration_s).toBe(8);
  });

  it('gets no more users than the ceiling of a hosted project allows, and knows that', async () => {
    const size = sizeStep(await hosted(), 100);
    expect(size.users).toBe(30);
    expect(size.usersWanted).toBe(121);
  });

  it('has rows of its own: no id of one step is in another', async () => {
    const request = await check({ seed: '5' });
    const ids = (number: number): string[] => {
      const size = sizeStep(request, 20);
      const { world } = planStep(request, {
        number,
        rate: 20,
        size,
        anchor: Date.parse('2026-06-17T12:00:00Z'),
      });
      return world.bookings.map(({ id }) => id);
    };
    const both = [...ids(1), ...ids(2)];
    expect(new Set(both).size).toBe(both.length);
  });
});

describe('the budget', () => {
  it('is that of the largest step', async () => {
    const request = await check({ maxRate: '100' });
    const budget = budgetOf(request);
    expect(budget.largest.rows.seeded.bookings).toBe(801);
    expect(budget.largest.total.requests).toBeGreaterThan(801);
    const text = renderBudget(request, budget, 'local', null);
    for (const part of [
      'at most 100/s (--max-rate)',
      'at most 900 s (--max-duration)',
      '801 bookings',
      'SLO',
    ])
      expect(text).toContain(part);
  });

  it.each<[Partial<CapacityOptions>, RegExp]>([
    [{ maxRate: '100', maxDuration: '60' }, /--max-rate 100: is above the ceiling of 50 requests per second/],
    [{ maxRate: '20', maxDuration: '2000' }, /--max-duration 2000: is above the ceiling of 900 s/],
    [{ maxRate: '30', maxDuration: '60', step: '600' }, /writes up to \d+ rows, above the ceiling of 30000/],
  ])('above a ceiling of a hosted project it is refused: %j', async (options, message) => {
    const request = await hosted(options);
    expect(() => budgetOf(request)).toThrow(message);
    expect(() => budgetOf({ ...request, run: { ...request.run, staging: null } })).not.toThrow();
  });

  it('below them it is shown with what is created, and when it stops', async () => {
    const request = await hosted({ maxRate: '30', maxDuration: '300' });
    const text = renderBudget(request, budgetOf(request), 'project abc', request.run.thresholds.staging);
    expect(text).toContain('schema table_stress with its role table_stress_owner');
    expect(text).toContain('more than 20 % of the last 100 calls fail');
    expect(requestsPerArrival(request.settings) * 30).toBeLessThanOrEqual(50);
  });
});
