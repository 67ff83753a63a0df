import type { FaultEvent } from '../contracts/faults.ts';
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

/** A fault on the same clock; `end` is null where it was not undone. */
export interface TimedFault {
  fault: FaultEvent;
  begin: number;
  end: number | null;
}

/** Brings the faults of a run onto the operations' clock; none where no runner's clock is anchored. */
export function timedFaults({ anchors }: History, faults: readonly FaultEvent[]): TimedFault[] {
  const zero = Math.min(...[...anchors.values()].map((anchor) => anchor.wall_ms));
  if (!Number.isFinite(zero)) return [];
  const at = (instant: string): number => Math.round((Date.parse(instant) - zero) * 1e6);
  return faults.flatMap((fault) =>
    fault.began_at === null
      ? []
      : [{ fault, begin: at(fault.began_at), end: fault.ended_at === null ? null : at(fault.ended_at) }],
  );
}
