import { describe, expect, it } from 'vitest';
import { randomStream } from '../../../plan/random.ts';
import { stepsOf } from '../../../replay/sessions.ts';
import { delaysOf, dependsOnLuck } from '../../../replay/timing.ts';
import { recordedRun } from './recorded.ts';

const steps = stepsOf(
  recordedRun(`
    p7 0..10 assign b1 t1 -> ok
    p3 4..20 assign b2 t1 -> ok
    p7 30..40 unassign b1 -> ok
    p3 40..41 unassign b2 -> ok
  `).history.operations,
);

it('numbers the calls of each process, and says what ran at the same time', () => {
  expect(
    steps.map(({ name, after, alongside }) => [name, after.map((step) => step.name), alongside]),
  ).toEqual([
    ['A1', [], ['B1']],
    ['B1', [], ['A1']],
    // The clock cannot tell which of two comes first that meet at one instant.
    ['A2', ['A1', 'B1'], ['B2']],
    ['B2', ['A1', 'B1'], ['A2']],
  ]);
});

describe('the begin of steps that overlap', () => {
  const delays = (attempt: number, seed = 1): number[] => [
    ...delaysOf(steps, attempt, false, randomStream(seed, 'test')).values(),
  ];

  it('is as recorded in the first try, at once in the second', () => {
    expect(delays(1)).toEqual([0, 4, 0, 10]);
    expect(delays(2)).toEqual([0, 0, 0, 0]);
  });

  it('varies within a spread that grows from the third try on, the same for the same seed', () => {
    for (const [attempt, most] of [
      [3, 1],
      [8, 32],
      [9, 1],
    ] as const) {
      for (let seed = 0; seed < 50; seed += 1)
        expect(Math.max(...delays(attempt, seed))).toBeLessThanOrEqual(most);
    }
    expect(new Set(Array.from({ length: 50 }, (_, seed) => delays(8, seed).join())).size).toBeGreaterThan(20);
    expect(delays(8, 5)).toEqual(delays(8, 5));
  });

  it('does not matter to calls one after the other, but where pauses count', () => {
    const apart = stepsOf(steps.filter(({ session }) => session === 'A').map(({ operation }) => operation));
    expect(dependsOnLuck(steps)).toBe(true);
    expect(dependsOnLuck(apart)).toBe(false);
    expect([...delaysOf(apart, 5, false, randomStream(1, 'test')).values()]).toEqual([0, 0]);
    expect([...delaysOf(apart, 5, true, randomStream(1, 'test')).values()]).toEqual([0, 20]);
  });
});
