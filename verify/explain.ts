import { formatInstant, formatWindow, parseInstant, type Window } from '../contracts/instant.ts';
import type { ViolationStep } from '../contracts/verdict.ts';
import { type Operation, operationId } from '../history/operation.ts';
import { nameOf } from '../plan/identity.ts';

/** Sentences for people. Ids of ours are shown as names: `table hot-table/3`. */

export function namesOf(ids: readonly string[]): string {
  return ids.map(nameOf).join(' and ') || 'no table';
}

/** Seconds on the runner's clock. */
export function seconds(nanoseconds: number): string {
  return `${(nanoseconds / 1e9).toFixed(6)} s`;
}

/** What was asked for, without the answer. */
export function request(operation: Operation, window: Window | null = null): string {
  switch (operation.f) {
    case 'assign':
    case 'confirm': {
      const { input } = operation;
      const passed =
        input.start_at !== null && input.end_at !== null
          ? { start: parseInstant(input.start_at), end: parseInstant(input.end_at) }
          : window;
      const key = input.idempotency_key === null ? '' : ` under key ${input.idempotency_key}`;
      const hold = operation.f === 'confirm' ? ` from ${nameOf(operation.input.hold_id)}` : '';
      return `${operation.f} ${namesOf(input.table_ids)} to ${nameOf(input.booking_id)}${hold} for ${
        passed ? formatWindow(passed) : "the booking's window"
      }${key}`;
    }
    case 'hold': {
      const { hold_id, booking_id, table_ids, start_at, end_at, expires_at } = operation.input;
      const held = { start: parseInstant(start_at), end: parseInstant(end_at) };
      const whom = booking_id === null ? 'nobody in particular' : nameOf(booking_id);
      return `hold ${namesOf(table_ids)} by ${nameOf(hold_id)} for ${whom} for ${formatWindow(held)} until ${formatInstant(parseInstant(expires_at))}`;
    }
    case 'release':
      return `release ${nameOf(operation.input.hold_id)}`;
    case 'unassign':
      return `unassign ${operation.input.table_ids ? namesOf(operation.input.table_ids) : 'all tables'} from ${nameOf(operation.input.booking_id)}`;
    case 'refresh':
      return `refresh the status of ${nameOf(operation.input.table_id)}`;
    case 'status':
      return `read the status of ${namesOf(operation.input.table_ids)}`;
    case 'transition':
      return `set ${nameOf(operation.input.booking_id)} to ${operation.input.status}`;
  }
}

/** How it was answered. */
export function answer(operation: Operation): string {
  if (operation.type === 'ok') return 'acknowledged';
  const { value } = operation;
  const message =
    typeof value === 'object' && value !== null && 'message' in value ? ` (${String(value.message)})` : '';
  const code = operation.code ?? `HTTP ${operation.http}`;
  return operation.type === 'info' ? `outcome unknown: ${code}${message}` : `refused with ${code}${message}`;
}

/** One step: who asked for what, when, and what came back. */
export function step(operation: Operation, remark = '', window: Window | null = null): ViolationStep {
  const text = `process ${operation.process}, from ${seconds(operation.t0)} to ${seconds(operation.t1)}: ${request(operation, window)}: ${answer(operation)}${remark === '' ? '' : `; ${remark}`}`;
  return { at: operation.t0, operation: operationId(operation), text };
}

/** Marks the step at which the promise breaks, where that is not the last one. */
export function contradiction(step: ViolationStep): ViolationStep {
  return { ...step, contradiction: true };
}

/** A step that speaks of rows or rules instead of a call. */
export function remark(text: string): ViolationStep {
  return { at: null, operation: null, text };
}
