import { type KeptViolation, keptViolations } from '../../../contracts/kept-violations.ts';
import type { InvariantId } from '../../../contracts/verdict.ts';
import { WorldBuilder } from '../../../plan/builder.ts';
import type { RunData } from '../../../verify/run-data.ts';
import { judgeRun } from '../../../verify/verify.ts';
import { parseRun, tag } from '../verify/script.ts';

/** The zero of the language of runs. */
const zero = Date.parse('2026-06-01T12:00:00Z');
const window = { start: zero + 60_000, end: zero + 120_000 };

/**
 * A run in the language of `verify/script.ts`, with a world whose rows can be written: tables t0 to t7, bookings b0 to b11
 * of the window @60-120, and holds h0 to h3, each for the booking of its number.
 */
export function recordedRun(script: string): RunData {
  const run = parseRun(script);
  const builder = new WorldBuilder({ seed: 1, tag, anchor: zero }, 'hot-table');
  const zone = builder.zone(builder.restaurant('Europe/Madrid'));
  const customer = builder.customer(builder.world.restaurants[0] as never);
  for (let index = 0; index < 8; index += 1) builder.table(zone, { capacity: 4 });
  for (let index = 0; index < 12; index += 1) builder.booking(customer, window.start, window.end);
  const { bookings } = builder.world;
  for (const booking of bookings.slice(0, 4)) builder.hold(zone, booking, window.start, window.end);
  for (const { row, booking_id } of run.finalState?.assignments ?? []) row.booking_id = booking_id;
  const plan = { ...run.plan, v: 1, seed: 1, tag, anchor: new Date(zero).toISOString(), profile: 'quick' };
  return {
    ...run,
    plan: { ...plan, world: builder.world, thresholds: {} } as RunData['plan'],
    bookings: new Map(bookings.map((each) => [each.id, each])),
  };
}

/** What the verifier finds of a promise in it. */
export function violationsOf(run: RunData, invariant: InvariantId): KeptViolation[] {
  return keptViolations(judgeRun(run)).filter((kept) => kept.invariant === invariant);
}

/** The first of them. */
export function violationOf(run: RunData, invariant: InvariantId): KeptViolation {
  const [first] = violationsOf(run, invariant);
  if (!first) throw new Error(`${invariant} is not broken`);
  return first;
}

/** Runs that break a promise, by the broken variant of the application that does so. */
export const histories = {
  'no-lock-no-constraint': {
    invariant: 'no-double-booking',
    script: `
      p0 0..30 assign b1 t1 key=one -> ok
      p1 5..32 assign b2 t1 key=other -> ok
      final b1 t1
      final b2 t1
    `,
  },
  'acked-not-written': {
    invariant: 'acked-is-durable',
    script: Array.from(
      { length: 8 },
      (_, index) => `p0 ${index}0..${index}5 assign b${index} t${index} -> ok`,
    ).join('\n'),
  },
  'key-ignored': {
    invariant: 'idempotent-replay',
    script: `
      p0 0..10 assign b1 t1 key=once -> ok
      p1 20..30 assign b1 t2 key=once -> ok
      final b1 t1
      final b1 t2
    `,
  },
  'hold-ignored': {
    invariant: 'linearizable',
    script: `
      p0 0..5 hold h1 b1 t1 -> ok
      p1 10..20 assign b2 t1 -> ok
      final b2 t1
    `,
  },
  'partial-merge': {
    invariant: 'atomic-merge',
    script: `
      p0 0..10 assign b1 t1,t2 -> ok
      final b1 t1 group=g99
      group g99 b1
    `,
  },
} as const satisfies Record<string, { invariant: InvariantId; script: string }>;
