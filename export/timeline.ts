import type { Operation } from '../history/operation.ts';
import type { History } from '../history/read.ts';
import type { Booking } from '../plan/world.ts';

/** An operation on one clock for all runners, with a process number that is unique over all of them. */
export interface TimedOperation {
  operation: Operation;
  process: number;
  /** Nanoseconds since the first clock's zero. */
  begin: number;
  end: number;
}

/**
 * Brings the operations of all runners onto one clock, by their anchors. Other tools compare instants as they are: how far
 * the clocks are known, they cannot be told. Runners without an anchor keep their own zero. Where a call leaves the window
 * to the booking, the booking's is filled in.
 */
export function timelineOf(
  { operations, anchors }: History,
  bookings: ReadonlyMap<string, Booking>,
): TimedOperation[] {
  const zero = Math.min(...[...anchors.values()].map((anchor) => anchor.wall_ms));
  const processes = new Map<string, number>();
  return operations.map((operation) => {
    const anchor = anchors.get(operation.runner);
    const shift = anchor ? Math.round((anchor.wall_ms - zero) * 1e6) : 0;
    const name = `${operation.runner} ${operation.process}`;
    const process = processes.get(name) ?? processes.size;
    processes.set(name, process);
    return {
      operation: withWindow(operation, bookings),
      process,
      begin: operation.t0 + shift,
      end: operation.t1 + shift,
    };
  });
}

function withWindow(operation: Operation, bookings: ReadonlyMap<string, Booking>): Operation {
  if (operation.f !== 'assign') return operation;
  const booking = bookings.get(operation.input.booking_id);
  if (!booking || operation.input.start_at !== null || operation.input.end_at !== null) return operation;
  const { start_at, end_at } = booking;
  return { ...operation, input: { ...operation.input, start_at, end_at } };
}
