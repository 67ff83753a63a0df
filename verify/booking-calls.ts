import type {
  AssignOperation,
  Operation,
  TransitionOperation,
  UnassignOperation,
} from '../history/operation.ts';
import type { RealTime } from './real-time.ts';

/** A call that changes which tables a booking has. */
export type BookingCall = AssignOperation | UnassignOperation | TransitionOperation;

export function isAssignment(operation: Operation): operation is AssignOperation {
  return operation.f === 'assign' || operation.f === 'confirm';
}

/** Whether a call gives tables back: an unassignment, or a booking that ends. */
export function isRelease(operation: Operation): operation is UnassignOperation | TransitionOperation {
  if (operation.f === 'unassign') return true;
  return operation.f === 'transition' && /^(cancelled|no_show|completed)$/.test(operation.input.status);
}

/** The calls on each booking that took effect or may have, in the order of their starts. */
export function callsByBooking(operations: readonly Operation[]): Map<string, BookingCall[]> {
  const calls = new Map<string, BookingCall[]>();
  for (const operation of operations) {
    if (operation.type === 'fail' || !(isAssignment(operation) || isRelease(operation))) continue;
    const { booking_id } = operation.input;
    const list = calls.get(booking_id);
    if (list) list.push(operation);
    else calls.set(booking_id, [operation]);
  }
  return calls;
}

/** Whether each call had certainly ended before the next began, so that there is only one order. */
export function isSequential(calls: readonly Operation[], time: RealTime): boolean {
  return calls.every((call, index) => {
    const next = calls[index + 1];
    return next === undefined ? call.type !== 'info' : time.before(call, next);
  });
}
