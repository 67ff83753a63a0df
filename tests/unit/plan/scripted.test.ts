import { describe, expect, it } from 'vitest';
import type { ScriptedPlan, ScriptedSettings } from '../../../plan/scripted.ts';
import type { Step } from '../../../plan/step.ts';
import { planOf } from './plans.ts';

const plan = planOf();
const { merge, idempotency, holds, churn } = plan.scenarios;
if (!merge || !idempotency || !holds || !churn) throw new Error('a scenario was not planned');
const scripted: [string, ScriptedPlan<ScriptedSettings>][] = Object.entries({
  merge,
  idempotency,
  holds,
  churn,
});
const bookings = new Map(plan.world.bookings.map((booking) => [booking.id, booking]));
const tables = new Map(plan.world.table_inventory.map((table) => [table.id, table]));

function stepsOf({ rounds }: ScriptedPlan<ScriptedSettings>): Step[] {
  return rounds.flatMap(({ scripts }) => scripts.flat());
}

describe.each(scripted)('%s', (_, { settings, rounds }) => {
  it('has a script for each process in each round', () => {
    expect(rounds).toHaveLength(settings.rounds);
    for (const { scripts } of rounds) {
      expect(scripts).toHaveLength(settings.processes);
      for (const script of scripts) expect(script.length).toBeGreaterThan(0);
    }
  });

  it('asks only for tables of the booking’s restaurant, movable ones and in one zone', () => {
    for (const step of stepsOf({ settings, rounds })) {
      if (step.f !== 'assign' && step.f !== 'confirm') continue;
      const wanted = step.input.table_ids.map((id) => tables.get(id));
      const booking = bookings.get(step.input.booking_id);
      expect(new Set(wanted.map((table) => table?.zone_id)).size).toBe(1);
      for (const table of wanted) {
        expect(table).toMatchObject({
          restaurant_id: booking?.restaurant_id,
          mobility: 'movable',
          active: true,
        });
      }
    }
  });
});

it('merge: callers of one round overlap, and some name their tables backwards', () => {
  for (const { scripts } of merge.rounds) {
    const sets = scripts.map(([first]) => (first?.f === 'assign' ? first.input.table_ids : []));
    for (const set of sets) expect(set.length).toBeGreaterThan(1);
    expect(sets.some((set) => [...set].sort().join() !== set.join())).toBe(true);
    const shared = sets.some((a, i) => sets.some((b, j) => i < j && a.some((id) => b.includes(id))));
    expect(shared).toBe(true);
  }
});

it('merge: no two rounds want the same table in the same window', () => {
  const claims = new Set<string>();
  merge.rounds.forEach(({ scripts }) => {
    const own = new Set<string>();
    for (const step of scripts.flat()) {
      if (step.f !== 'assign') continue;
      const start = bookings.get(step.input.booking_id)?.start_at;
      for (const table of step.input.table_ids) own.add(`${table} ${start}`);
    }
    for (const claim of own) {
      expect(claims).not.toContain(claim);
      claims.add(claim);
    }
  });
});

it('idempotency: every kind repeats a key, and only `other-payload` names other tables under it', () => {
  for (const { kind, scripts } of idempotency.rounds) {
    const byKey = new Map<string, Set<string>>();
    let calls = 0;
    for (const step of scripts.flat()) {
      if (step.f !== 'assign') continue;
      calls += 1;
      const key = `${step.input.booking_id} ${step.input.idempotency_key}`;
      byKey.set(key, (byKey.get(key) ?? new Set()).add([...step.input.table_ids].sort().join()));
    }
    expect(byKey.size, kind).toBeLessThan(calls);
    const sets = Math.max(...[...byKey.values()].map((found) => found.size));
    expect(sets, kind).toBe(kind === 'other-payload' ? 2 : 1);
  }
});

it('idempotency: an answer is lost before the same call is repeated', () => {
  const lossy = idempotency.rounds
    .filter(({ kind }) => kind === 'lost-reply')
    .flatMap(({ scripts }) => scripts);
  const losing = lossy.filter(([first]) => first?.f === 'assign' && first.lose_reply);
  expect(losing.length).toBeGreaterThan(0);
  for (const [first, second] of losing) {
    expect(second?.retry).toBe(true);
    expect(second?.input).toEqual(first?.input);
  }
});

it('holds: each hold is seeded once, of the same restaurant and window, and claims nothing yet', () => {
  const seeded = new Map(plan.world.table_holds.map((hold) => [hold.id, hold]));
  const made = stepsOf(holds).filter((step) => step.f === 'hold');
  expect(new Set(made.map(({ input }) => input.hold_id)).size).toBe(made.length);
  expect(made).toHaveLength(seeded.size);
  for (const { input } of made) {
    expect(seeded.get(input.hold_id)).toMatchObject({ start_at: input.start_at, end_at: input.end_at });
    expect(tables.get(input.table_ids[0] ?? '')?.restaurant_id).toBe(
      seeded.get(input.hold_id)?.restaurant_id,
    );
  }
  expect(made.some(({ input }) => input.expires_in_ms !== undefined)).toBe(true);
});

it('churn: nobody uses a booking again once its guest has cancelled', () => {
  const cancelled = new Set<string>();
  for (let process = 0; process < churn.settings.processes; process += 1) {
    for (const { scripts } of churn.rounds) {
      for (const { f, input } of scripts[process] ?? []) {
        if (!('booking_id' in input) || input.booking_id === null) continue;
        expect(cancelled).not.toContain(input.booking_id);
        if (f === 'transition') cancelled.add(input.booking_id);
      }
    }
  }
  expect(cancelled.size).toBeGreaterThan(0);
});
