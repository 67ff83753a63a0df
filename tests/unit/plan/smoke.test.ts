import { expect, it } from 'vitest';
import { planOf } from './plans.ts';

const plan = planOf({ scenarios: ['smoke'] });
const sequences = plan.scenarios.smoke?.sequences ?? [];
const steps = sequences.flat();

it('has a sequence for each repetition, all of the same steps', () => {
  expect(sequences).toHaveLength(2);
  const [first, second] = sequences.map((sequence) => sequence.map(({ why, expect: codes }) => [why, codes]));
  expect(second).toEqual(first);
});

// domain.md, what a correct RPC answers; a hold and a capacity rule need rows of their own.
it.each(['ok', 'P0001', 'P0002', 'P0003', '22000', '22023', '23503', '23514'])('provokes %s', (code) => {
  expect(steps.some((step) => step.expect.includes(code))).toBe(true);
});

it('no two repetitions share a booking or a table', () => {
  const named = sequences.map(
    (sequence) => new Set(JSON.stringify(sequence).match(/abcdef01-[0-9a-f-]{27}/g) ?? []),
  );
  const [first = new Set(), second = new Set()] = named;
  expect(first.size).toBeGreaterThan(10);
  expect([...first].filter((id) => second.has(id))).toEqual([]);
});

it('names rows that are seeded, save for one unknown booking and one unknown table in each repetition', () => {
  const seeded = new Set([...plan.world.bookings, ...plan.world.table_inventory].map((row) => row.id));
  for (const sequence of sequences) {
    const named = new Set(JSON.stringify(sequence).match(/abcdef01-[0-9a-f-]{27}/g) ?? []);
    const unknown = [...named].filter((id) => !seeded.has(id));
    expect(unknown).toHaveLength(2);
    for (const step of sequence) {
      const names = JSON.stringify(step.input);
      const strange = unknown.some((id) => names.includes(id));
      expect(step.expect[0] === 'P0002').toBe(strange);
    }
  }
});

it('windows that are passed are those of the neighbour, half a window, or one that is turned round', () => {
  const windows = steps.flatMap((step) =>
    step.f === 'assign' && (step.input.start_at ?? step.input.end_at) !== null
      ? [{ ...step.input, code: step.expect[0] }]
      : [],
  );
  const kinds = windows.map(({ start_at, end_at, code }) => {
    if (start_at === null || end_at === null) return `half ${code}`;
    return `${start_at < end_at ? 'whole' : 'turned'} ${code}`;
  });
  expect(new Set(kinds)).toEqual(new Set(['whole ok', 'half 22023', 'turned 22000']));
});
