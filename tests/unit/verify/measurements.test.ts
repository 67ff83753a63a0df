import { expect, it } from 'vitest';
import type { Operation } from '../../../history/operation.ts';
import { measureDiners } from '../../../verify/measurements/diners.ts';
import { measureDrift } from '../../../verify/measurements/drift.ts';
import { parseRun } from './script.ts';

/** A run whose calls are those of a scenario, each with what the function adds to it. */
function runOf(
  script: string,
  scenario: string,
  more: (operation: Operation, index: number) => object = () => ({}),
) {
  const run = parseRun(script);
  run.history.operations.forEach((operation, index) => {
    Object.assign(operation, { scenario }, more(operation, index));
  });
  return run;
}

it('diners wait from their planned arrival on, whatever came before their first call', () => {
  const script = `
    p1 30..40 assign b1 t1 @60-120 -> ok
    p2 50..60 assign b2 t1 @60-120 -> P0001 overlap
    p2 70..90 assign b2 t2 @60-120 -> ok
    p3 80..95 assign b3 t1 @60-120 -> P0001 overlap
    p4 96..99 assign b4 t3 @60-120 -> info`;
  const diners = [0, 1, 1, 2, 3];
  const arrivals = [10, 40, 40, 80, 90];
  const run = runOf(script, 'rush', (_, index) => ({
    round: { round: diners[index] ?? 0, slot: null, scheduled: (arrivals[index] ?? 0) * 1e6 },
  }));
  const measured = measureDiners(run);
  expect(measured?.values).toEqual({
    diners: 4,
    seated: 2,
    turned_away: 1,
    without_answer: 1,
    time_until_seated_p50_ms: 30,
    time_until_seated_p95_ms: 50,
    time_until_seated_max_ms: 50,
    tries_until_seated_p50: 1,
    tries_until_seated_p95: 2,
    repeated_calls: 0,
  });
  expect(measured?.sentence).toBe(
    '4 diners: 50 % seated, 25 % turned away, 25 % without an answer; half of those seated within 30 ms and 1 try, 95 % within 50 ms and 2 tries',
  );
});

it('a run without a rush has no diners', () => {
  expect(measureDiners(runOf('p0 0..10 assign b1 t1 @60-120 -> ok', 'churn'))).toBeNull();
});

it('a soak that becomes slower shows it', () => {
  const calls = Array.from({ length: 200 }, (_, index) => {
    const t0 = index * 100;
    return `p${index % 3} ${t0}..${t0 + (index < 100 ? 10 : 30)} assign b${index % 20} t1 @60-120 -> ok`;
  });
  const measured = measureDrift(runOf(calls.join('\n'), 'soak'));
  expect(measured?.values).toMatchObject({ assign_first_quarter_p95_ms: 10, assign_last_quarter_p95_ms: 30 });
});

it('a few calls say nothing of a drift', () => {
  expect(measureDrift(runOf('p0 0..10 assign b1 t1 @60-120 -> ok', 'soak'))).toBeNull();
});
