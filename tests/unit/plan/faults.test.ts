import { describe, expect, it } from 'vitest';
import { type FaultKind, faultNames } from '../../../contracts/faults.ts';
import { planFaults } from '../../../plan/faults.ts';
import { planSchema } from '../../../plan/schema.ts';
import { planOf } from './plans.ts';

const scenarios = [
  { name: 'hot-table', planned_ms: 6000 },
  { name: 'churn', planned_ms: 2000 },
  { name: 'rush', planned_ms: 20_000 },
] as const;

describe('planned faults', () => {
  it('have every kind that was asked for, at times within the load, and the same for the same seed', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const kinds = faultNames.filter((_, index) => (seed >> (index % 8)) % 2 === 0) as FaultKind[];
      const faults = planFaults(seed, kinds, scenarios);
      const all = Object.values(faults).flat();
      expect(new Set(all.map(({ kind }) => kind))).toEqual(new Set(kinds));
      for (const { name, planned_ms } of scenarios) {
        const times = (faults[name] ?? []).map(({ at_ms }) => at_ms);
        expect(times).toEqual(times.toSorted((a, b) => a - b));
        for (const at of times) expect(at).toBeLessThan(planned_ms);
      }
      expect(planFaults(seed, kinds, scenarios)).toEqual(faults);
    }
  });

  it('come in another order with another seed, and more often in a longer load', () => {
    const order = (seed: number) => planFaults(seed, faultNames, scenarios).rush?.map(({ kind }) => kind);
    expect(new Set(Array.from({ length: 20 }, (_, seed) => String(order(seed)))).size).toBeGreaterThan(10);
    expect(planFaults(1, ['crash'], scenarios).rush).toHaveLength(6);
    expect(planFaults(1, ['crash'], scenarios).churn).toHaveLength(1);
  });

  it('are in the plan only where they were asked for', () => {
    expect(planOf()).not.toHaveProperty('faults');
    const plan = planOf({ faults: ['pause', 'delay'], clock: 'virtual' });
    expect(planSchema.parse(plan).faults).toEqual(plan.faults);
    // Stepped boundaries are no load.
    expect(plan.faults).not.toHaveProperty('window-boundary');
    expect({ ...plan, faults: undefined }).toEqual({ ...planOf({ clock: 'virtual' }), faults: undefined });
  });
});
