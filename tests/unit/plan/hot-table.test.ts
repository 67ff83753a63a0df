import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Plan } from '../../../plan/plan.ts';
import { type PlannedRound, roundKinds } from '../../../plan/scenarios/hot-table.ts';
import { offsetAt } from './local-clock.ts';
import { awkwardAnchors, planOf, smallProfile } from './plans.ts';

interface Contender {
  table_ids: string[];
  slot: string;
  start: number;
  end: number;
  local: string;
  timezone: string;
}

/** The rounds of a plan, each call with the window of its booking. */
function roundsOf(plan: Plan): { kind: PlannedRound['kind']; calls: Contender[] }[] {
  const bookings = new Map(plan.world.bookings.map((booking) => [booking.id, booking]));
  const timezones = new Map(plan.world.restaurants.map(({ id, timezone }) => [id, timezone]));
  return (plan.scenarios['hot-table']?.rounds ?? []).map(({ kind, calls }) => ({
    kind,
    calls: calls.map(({ booking_id, table_ids, slot }) => {
      const booking = bookings.get(booking_id);
      if (!booking) throw new Error(`no booking ${booking_id}`);
      const [start, end] = [Date.parse(booking.start_at), Date.parse(booking.end_at)];
      const local = `${booking.booking_date} ${booking.start_time}`;
      const timezone = timezones.get(booking.restaurant_id) ?? 'none';
      return { table_ids, slot, start, end, local, timezone };
    }),
  }));
}

/** What is wrong with the rounds, in words. */
function faults(plan: Plan): string[] {
  const problems: string[] = [];
  const taken = new Map<string, { index: number; start: number; end: number; local: string }[]>();
  for (const [index, { kind, calls }] of roundsOf(plan).entries()) {
    for (const slot of new Set(calls.map((call) => call.slot))) {
      const rivals = calls.filter((call) => call.slot === slot);
      const common =
        Math.max(...rivals.map((call) => call.start)) < Math.min(...rivals.map((call) => call.end));
      if (!common) problems.push(`round ${index}, slot ${slot}: the windows share no instant`);
    }
    if ((kind === 'adjacent') !== new Set(calls.map((call) => call.slot)).size > 1) {
      problems.push(`round ${index}: slots of a round of kind ${kind}`);
    }
    for (const { table_ids, start, end, local } of calls) {
      for (const table of table_ids) {
        const others = taken.get(table) ?? [];
        taken.set(table, [...others, { index, start, end, local }]);
        for (const other of others.filter((candidate) => candidate.index !== index)) {
          if (start < other.end && other.start < end)
            problems.push(`rounds ${other.index} and ${index} overlap`);
          if (local === other.local) problems.push(`rounds ${other.index} and ${index} share a start`);
        }
      }
    }
  }
  return [...new Set(problems)];
}

it.each(awkwardAnchors)('planned at %s, each round begins on free tables and contends', (anchor) => {
  expect(faults(planOf({ anchor: Date.parse(anchor), scenarios: ['hot-table'] }))).toEqual([]);
});

it('with any seed, at any time, with any number of callers and pairs', () => {
  const settings = fc.record({
    processes: fc.integer({ min: 2, max: 8 }),
    rounds: fc.integer({ min: 1, max: 40 }),
    table_pairs: fc.integer({ min: 1, max: 5 }),
    anchor: fc.integer({ min: Date.parse('2026-01-01'), max: Date.parse('2031-01-01') }),
    seed: fc.nat(),
  });
  fc.assert(
    fc.property(settings, ({ anchor, seed, ...hotTable }) => {
      const scenarios = { ...smallProfile.scenarios, 'hot-table': { ...hotTable, period_ms: 100 } };
      const profile = { background: { restaurants: 0, bookings_per_restaurant: 0 }, scenarios };
      const plan = planOf({ anchor, seed, profile, scenarios: ['hot-table'] });
      expect(faults(plan)).toEqual([]);
      expect(plan.scenarios['hot-table']?.rounds).toHaveLength(hotTable.rounds);
    }),
    { numRuns: 200 },
  );
});

describe('a round', () => {
  const plan = planOf({ scenarios: ['hot-table'] });
  const rounds = roundsOf(plan);
  const planned = plan.scenarios['hot-table']?.rounds ?? [];
  const of = (kind: PlannedRound['kind']) => rounds.filter((round) => round.kind === kind);

  it.each(roundKinds)('of each kind occurs: %s', (kind) => expect(of(kind).length).toBeGreaterThan(3));

  it('has a call with a booking and a key of its own for each process', () => {
    expect(planned.every(({ calls }) => calls.length === 4)).toBe(true);
    const calls = planned.flatMap((round) => round.calls);
    expect(new Set(calls.map((call) => call.booking_id)).size).toBe(calls.length);
    expect(new Set(calls.map((call) => call.idempotency_key)).size).toBe(calls.length);
  });

  it('of one table has all callers name it', () => {
    for (const { kind, calls } of rounds) {
      const tables = calls.map((call) => [...call.table_ids].sort().join());
      expect(new Set(tables).size).toBe(1);
      expect(calls[0]?.table_ids).toHaveLength(kind === 'pair' ? 2 : 1);
    }
  });

  it('of a pair has both orders of its tables', () => {
    for (const { calls } of of('pair')) {
      const [one, other, third] = calls.map((call) => call.table_ids);
      expect(other).toEqual(one?.toReversed());
      expect(third).toEqual(one);
    }
  });

  it('of the same window has one window, of overlapping ones several', () => {
    const starts = (calls: Contender[]) => new Set(calls.map((call) => call.start)).size;
    for (const { calls } of of('same')) expect(starts(calls)).toBe(1);
    for (const { calls } of of('overlap')) expect(starts(calls)).toBe(4);
  });

  it('of neighbours has windows that touch exactly', () => {
    for (const { calls } of of('adjacent')) {
      const first = calls.filter((call) => call.slot === 'first');
      const second = calls.filter((call) => call.slot === 'second');
      expect(first).toHaveLength(2);
      expect(second).toHaveLength(2);
      for (const one of first) for (const other of second) expect(one.end).toBe(other.start);
    }
  });

  it('passes the window in half of the cases, and then the one of its booking', () => {
    const windows = new Map(plan.world.bookings.map((booking) => [booking.id, booking]));
    const explicit = planned.filter(({ calls }) => calls.every((call) => call.start_at !== null));
    expect(explicit).toHaveLength(planned.length / 2);
    for (const call of explicit.flatMap((round) => round.calls)) {
      const { start_at, end_at } = windows.get(call.booking_id) ?? {};
      expect([call.start_at, call.end_at]).toEqual([start_at, end_at]);
    }
  });
});

it('in both time zones a round spans the next change of the clocks', () => {
  const across = roundsOf(planOf()).filter(({ calls }) =>
    calls.every(({ start, end, timezone }) => offsetAt(start, timezone) !== offsetAt(end, timezone)),
  );
  expect(across.map(({ calls }) => calls[0]?.timezone)).toEqual(['Europe/London', 'America/New_York']);
});
