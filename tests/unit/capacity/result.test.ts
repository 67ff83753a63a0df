import { describe, expect, it } from 'vitest';
import { type CapacityFacts, interpret } from '../../../capacity/result.ts';
import { type CapacityStep, capacityResultSchema } from '../../../contracts/capacity-result.ts';
import { brokenStep, factsOf, foundSteps, stepOf } from './step.ts';

const resultOf = (steps: CapacityStep[], change: Partial<CapacityFacts> = {}) =>
  interpret(factsOf(steps, change));

it('a search that came to its end has its rate, interval, limit and knee', () => {
  const result = resultOf(foundSteps);
  expect(capacityResultSchema.parse(result)).toEqual(result);
  expect(result).toMatchObject({
    sustainable: { rate: 40, low: 40, high: 43.6, runs: 3, held: 3, confirmed: true },
    bound: 'measured',
    exit_code: 0,
    limit: {
      what: 'locks',
      rate: 43.6,
      criterion: 'latency',
      reasons: ['p95 is 900 ms, above 300 ms'],
    },
    violation: null,
    warnings: [],
  });
  expect(result.knee?.rate).toBeGreaterThan(40);
  expect(result.headline).toBe(
    '40 assignments per second within the SLO (p95 at most 300 ms), interval 40/s to 43.6/s; then p95 is 900 ms, above 300 ms',
  );
});

it('one that held at the highest rate says at least, and that more is extrapolation', () => {
  const result = resultOf([stepOf(10), stepOf(20), stepOf(40), stepOf(40)], { ended: 'held-at-max' });
  expect(result).toMatchObject({ bound: 'at-least', limit: null, knee: null, exit_code: 0 });
  expect(result.sustainable).toMatchObject({ rate: 40, high: 40, confirmed: true });
  expect(result.headline).toMatch(/^at least 40 assignments per second .*nothing broke up to there$/);
  expect(result.warnings).toEqual([expect.stringMatching(/above 40\/s: .* extrapolation/)]);
});

it('where the load generator was the limit, the target carries at least that much', () => {
  const limited = brokenStep(80, {
    limit: 'load-generator',
    observed: { ...stepOf(80).observed, start_lag_ms: 90 },
  });
  const result = resultOf([stepOf(20), stepOf(40), limited, stepOf(40), stepOf(40)]);
  expect(result.bound).toBe('at-least');
  expect(result.headline).toContain('the load generator was the limit, not the target');
});

it('where the machine was full, the report says that both share it', () => {
  const full = brokenStep(80, { limit: 'machine-cpu' });
  const { warnings, bound } = resultOf([stepOf(20), stepOf(40), full, stepOf(40), stepOf(40)]);
  expect(bound).toBe('measured');
  expect(warnings).toEqual([expect.stringMatching(/share this machine/)]);
});

describe('exit codes', () => {
  const violation = { step: 2, rate: 20, promise: 'no-double-booking', title: 'two claims overlap' };
  const steps = [stepOf(10), stepOf(20)];
  it.each<[string, CapacityStep[], Partial<CapacityFacts>, number]>([
    [
      'a broken promise',
      [stepOf(10), stepOf(20, { correctness: 'fail', holds: false })],
      { ended: 'violation', violation },
      1,
    ],
    ['something left behind', foundSteps, { isolated: { verdict: 'fail', summary: '3 rows are left' } }, 1],
    ['nobody knows what is left', foundSteps, { isolated: { verdict: 'unknown', summary: 'not seen' } }, 4],
    ['an interrupt', steps, { ended: 'interrupted', failed: 130 }, 130],
    ['a failed target', steps, { ended: 'failed', failed: 3 }, 3],
    ['not confirmed', steps, { ended: 'time-up' }, 4],
    ['nothing measured', [], { ended: 'time-up' }, 4],
    ['nothing holds', [brokenStep(1), brokenStep(0.5)], { ended: 'breaks-at-lowest' }, 99],
  ])('%s', (_, all, change, code) => {
    const result = resultOf(all, change);
    expect(result.exit_code).toBe(code);
    expect(capacityResultSchema.parse(result)).toEqual(result);
    expect(result.headline).not.toBe('');
  });
});

it('a rate at which a promise is broken is no capacity, whatever held', () => {
  const violation = { step: 2, rate: 20, promise: 'no-double-booking', title: 'two claims overlap' };
  const broken = stepOf(20, {
    correctness: 'fail',
    holds: false,
    reasons: [{ criterion: 'correctness', text: 'two claims overlap' }],
  });
  const result = resultOf([stepOf(10), broken], { ended: 'violation', violation });
  expect(result.sustainable?.rate).toBe(10);
  expect(result.headline).toBe('no capacity: at 20/s no-double-booking is broken: two claims overlap');
});

it('one that was cut short has the best answer so far', () => {
  const result = resultOf(foundSteps.slice(0, 4), { ended: 'interrupted', failed: 130 });
  expect(result.sustainable).toMatchObject({ rate: 40, high: 80, confirmed: false });
  expect(result.headline).toMatch(/; not confirmed: it was interrupted$/);
});

it('checks of rates that were asked for are no part of the answer', () => {
  const checks = [
    stepOf(36, { phase: 'check' }),
    brokenStep(48, { phase: 'check' }),
    stepOf(200, { phase: 'check' }),
  ];
  const [{ steps: _, ...without }, { steps: __, ...withThem }] = [
    resultOf(foundSteps),
    resultOf([...foundSteps, ...checks]),
  ];
  expect(withThem).toEqual(without);
});

it('says when the target does not behave alike, or does not settle', () => {
  const odd = resultOf([stepOf(20), brokenStep(40), stepOf(80), brokenStep(160), stepOf(20), stepOf(20)]);
  expect(odd.sustainable?.rate).toBe(20);
  expect(odd.warnings.join()).toMatch(/1 step held above a rate that broke/);
  const restless = foundSteps.map((step) => ({
    ...step,
    warm_up: { arrivals: 0, seconds: 0, steady: false },
  }));
  expect(resultOf(restless).warnings.join()).toMatch(/did not settle in 3 of 3 steps/);
});
