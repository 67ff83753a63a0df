import { expect, it } from 'vitest';
import type { ScenarioSettings } from '../../../contracts/thresholds.ts';
import { describeLoad, leastCalls } from '../../../plan/load.ts';
import { makePlan, type Plan } from '../../../plan/plan.ts';
import { planSchema } from '../../../plan/schema.ts';

const settings: ScenarioSettings['scalability'] = {
  processes: 12,
  duration_s: 5.3,
  restaurants: 3,
  tables: 10,
  zipf_exponent: 0,
  merged: 0.25,
  conflicts: 0.2,
};

function planned(more: Partial<typeof settings> = {}, seed = 1): Plan {
  return makePlan({
    seed,
    tag: 'a0000001',
    anchor: Date.parse('2026-11-22T18:00:00Z'),
    profileName: 'scalability',
    profile: {
      background: { restaurants: 0, bookings_per_restaurant: 0 },
      scenarios: { scalability: { ...settings, ...more } },
    },
    scenarios: ['scalability'],
    thresholds: {},
  });
}

const callersOf = (plan: Plan) => plan.scenarios.scalability?.callers ?? [];

it('is the same for the same seed, another for another, and keeps to the schema of plan.json', () => {
  expect(planned()).toEqual(planned());
  expect(callersOf(planned({}, 2)).map(({ turns }) => turns.map((each) => each.table_ids))).not.toEqual(
    callersOf(planned()).map(({ turns }) => turns.map((each) => each.table_ids)),
  );
  expect(planSchema.safeParse(planned()).error).toBeUndefined();
});

it('has exactly the shares that were asked for, for every process', () => {
  for (const { turns } of callersOf(planned())) {
    expect(turns.filter(({ taken }) => taken)).toHaveLength(4);
    expect(turns.filter(({ table_ids }) => table_ids.length === 2)).toHaveLength(5);
    expect(turns.every(({ table_ids }) => new Set(table_ids).size === table_ids.length)).toBe(true);
  }
  for (const { turns } of callersOf(planned({ merged: 0, conflicts: 0 })))
    expect(turns.some(({ taken, table_ids }) => taken || table_ids.length > 1)).toBe(false);
});

it('opens with a table that is kept, a refusal and a pair, whatever the slice', () => {
  for (const { opening } of callersOf(planned({ merged: 0, conflicts: 0 }))) {
    const [kept, refused, pair] = opening;
    expect(opening).toHaveLength(3);
    expect(kept).toMatchObject({ kept: true, taken: false });
    expect(refused).toMatchObject({ kept: false, taken: true, table_ids: kept?.table_ids });
    expect(pair?.table_ids).toHaveLength(2);
  }
});

it('lets only one process at a time have a table and window, so that conflicts are those on purpose', () => {
  const plan = planned({ processes: 40 });
  const bookings = new Map(plan.world.bookings.map((booking) => [booking.id, booking]));
  const owners = new Map<string, number>();
  callersOf(plan).forEach(({ opening, turns }, process) => {
    for (const { booking_id, table_ids } of [...opening, ...turns]) {
      for (const table of table_ids) {
        const slot = `${table} ${bookings.get(booking_id)?.start_at}`;
        expect(owners.get(slot) ?? process).toBe(process);
        owners.set(slot, process);
      }
    }
  });
});

it('prefers popular tables by as much as Zipf says', () => {
  const most = (zipf_exponent: number): number => {
    const counts = new Map<string, number>();
    for (const { turns } of callersOf(
      planned({ zipf_exponent, processes: 200, restaurants: 1, merged: 0, conflicts: 0 }),
    ))
      for (const { table_ids } of turns)
        for (const id of table_ids) counts.set(id, (counts.get(id) ?? 0) + 1);
    return Math.max(...counts.values()) / (200 * 20);
  };
  expect(most(0)).toBeLessThan(0.13);
  // One divided by the tenth harmonic number.
  expect(most(1)).toBeCloseTo(1 / 2.929, 1);
});

it('spreads its processes over the restaurants, and says how little it does at least', () => {
  const plan = planned();
  expect(plan.world.restaurants).toHaveLength(3);
  expect(plan.world.customers.length).toBe(12);
  expect(leastCalls(plan, 'scalability')).toBe(48);
  expect(describeLoad(plan).total).toMatchObject({ virtual_users: 12, planned_s: 5.3 });
});
