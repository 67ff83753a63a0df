import type { ScenarioSettings } from '../../contracts/thresholds.ts';
import type { AssignInput } from '../../history/operation.ts';
import type { WorldBuilder } from '../builder.ts';
import { smokeDuration } from '../duration.ts';
import { durationOf, type ScenarioDefinition, sum } from '../scenario.ts';
import type { Step } from '../step.ts';
import { instantOf, localTime } from '../time-zone.ts';
import type { Booking } from '../world.ts';

const HOUR = 3_600_000;

/** Every call says why, and what the one answer of the contract is. */
export type SmokeStep = Step & { why: string };

export interface SmokePlan {
  settings: ScenarioSettings['smoke'];
  /** One sequence for each repetition, on tables and bookings of its own. */
  sequences: SmokeStep[][];
}

/** Every documented answer of the RPC once, one call after the other. */
export function planSmoke(builder: WorldBuilder, settings: ScenarioSettings['smoke']): SmokePlan {
  const sequences = Array.from({ length: settings.repetitions }, () => planSequence(builder));
  return { settings, sequences };
}

function planSequence(builder: WorldBuilder): SmokeStep[] {
  const restaurant = builder.restaurant(
    builder.random.pick(['Europe/Paris', 'America/Chicago', 'Asia/Kolkata']),
  );
  const zone = builder.zone(restaurant);
  const [one, two, three] = [builder.table(zone), builder.table(zone), builder.table(zone)];
  builder.adjacent(one, two);
  const fixed = builder.table(zone, { mobility: 'fixed' });
  const inactive = builder.table(zone, { active: false });
  const elsewhere = builder.table(builder.zone(restaurant));
  const foreign = builder.table(builder.zone(builder.restaurant('UTC')));

  const customer = builder.customer(restaurant);
  const { date } = localTime(builder.origin.anchor + 3 * 86_400_000, restaurant.timezone);
  const morning = instantOf(date, '10:00:00', restaurant.timezone);
  const book = (from: number, to: number): Booking =>
    builder.booking(customer, morning + from * HOUR, morning + to * HOUR);
  const [first, rival, next, party, lonely] = [book(0, 2), book(1, 3), book(2, 4), book(5, 7), book(8, 9)];

  const assign = (
    why: string,
    expect: string,
    booking_id: string,
    table_ids: string[],
    more: Partial<AssignInput> = {},
  ): SmokeStep => ({
    f: 'assign',
    why,
    expect: [expect],
    input: {
      booking_id,
      table_ids,
      idempotency_key: null,
      require_adjacency: false,
      start_at: null,
      end_at: null,
      ...more,
    },
  });
  const key = { idempotency_key: builder.text(`key-${first.id.slice(-6)}`) };

  return [
    assign('a free table', 'ok', first.id, [one.id], key),
    assign('the same key and table again: the same answer', 'ok', first.id, [one.id], key),
    assign('the same key with another table', 'P0003', first.id, [three.id], key),
    assign('an overlapping window of another booking', 'P0001', rival.id, [one.id]),
    assign('a window that begins when the other ends', 'ok', next.id, [one.id]),
    {
      f: 'unassign',
      why: 'what was assigned first',
      expect: ['ok'],
      input: { booking_id: first.id, table_ids: null },
    },
    assign('the window that is free again', 'P0001', rival.id, [one.id]),
    {
      f: 'unassign',
      why: 'the neighbour in time',
      expect: ['ok'],
      input: { booking_id: next.id, table_ids: [one.id] },
    },
    assign('now it is free', 'ok', rival.id, [one.id]),
    assign('the same booking and table again: its window moves', 'ok', rival.id, [one.id], {
      start_at: next.start_at,
      end_at: next.end_at,
    }),
    assign('two neighbours as one', 'ok', party.id, [two.id, one.id, two.id], { require_adjacency: true }),
    assign('tables that are no neighbours', '23514', lonely.id, [one.id, three.id], {
      require_adjacency: true,
    }),
    assign('no table', '23514', lonely.id, []),
    assign('a table that cannot be moved', '23514', lonely.id, [one.id, fixed.id]),
    assign('tables of two zones', '23514', lonely.id, [one.id, elsewhere.id]),
    assign('a table that is not in use', '23514', lonely.id, [inactive.id]),
    assign('a table of another restaurant', '23503', lonely.id, [foreign.id]),
    assign('an unknown booking', 'P0002', builder.unusedId('booking'), [one.id]),
    assign('an unknown table', 'P0002', lonely.id, [builder.unusedId('table')]),
    assign('half a window', '22023', lonely.id, [one.id], { start_at: lonely.start_at }),
    assign('a window that ends before it starts', '22000', lonely.id, [one.id], {
      start_at: lonely.end_at,
      end_at: lonely.start_at,
    }),
    { f: 'refresh', why: 'status of a table', expect: ['ok'], input: { table_id: one.id } },
    { f: 'status', why: 'status of a table', expect: ['ok'], input: { table_ids: [one.id] } },
  ];
}

export const smoke: ScenarioDefinition<'smoke'> = {
  promises: [
    'no-double-booking',
    'acked-is-durable',
    'no-phantom',
    'atomic-merge',
    'idempotent-replay',
    'linearizable',
    'justified-rejection',
    'linked',
    'mapped-errors',
    'progress',
    'isolated',
  ],
  contends: null,
  plan: planSmoke,
  users: () => 1,
  load(plan, pause) {
    const requests = smoke.leastCalls(plan);
    const requests_per_second = pause === 0 ? null : 1000 / pause;
    return { requests, requests_per_second, ...durationOf(smokeDuration(requests, pause)) };
  },
  leastCalls: ({ sequences }) => sum(sequences.map((sequence) => sequence.length)),
  assignments: ({ sequences }) =>
    sequences.flat().flatMap((step) => {
      if (step.f !== 'assign' || !step.expect.includes('ok')) return [];
      const { table_ids, idempotency_key } = step.input;
      return [{ tables: new Set(table_ids).size, keyed: idempotency_key !== null }];
    }),
  fit: (settings) => settings,
};
