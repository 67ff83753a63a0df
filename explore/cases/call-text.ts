import { qualified, valueText } from '../../sql/statements.ts';
import { YIELD_FUNCTION } from '../instrument/yield-function.ts';
import type { CallText } from '../scheduler/session.ts';
import type { PlannedCall } from './instance.ts';

/** Yield points that stand in no function. */
export const BEGIN_POINT = 0;
export const COMMIT_POINT = -1;

/** A call with the function that it enters; null for one that is a statement itself. */
export interface SqlCall extends CallText {
  readonly enters: string | null;
}

/**
 * The SQL of a call, as PostgREST would make it: one row, its body as JSON.
 *
 * @param confirmParameters parameters of the function that confirms holds
 * @param yielding names of the functions that yield before they touch anything
 */
export function callText(
  schema: string,
  call: PlannedCall,
  confirmParameters: readonly string[],
  yielding: ReadonlySet<string>,
): SqlCall {
  const stated = statementOf(schema, call, confirmParameters);
  // Another one may have to wait before its first yield, so it gets one before it, as a statement does.
  const enters = stated.enters !== null && yielding.has(stated.enters) ? stated.enters : null;
  const text = { ...stated, enters };
  const point = (id: number): string => `select ${qualified(schema, YIELD_FUNCTION)}(${id})`;
  // A function yields before its first statement; a statement of the caller's own needs a yield before it.
  return {
    ...text,
    before: text.enters === null ? point(BEGIN_POINT) : 'select',
    after: point(COMMIT_POINT),
  };
}

function statementOf(
  schema: string,
  call: PlannedCall,
  confirmParameters: readonly string[],
): { call: string; enters: string | null } {
  const table = (name: string): string => qualified(schema, name);
  switch (call.f) {
    case 'assign': {
      const { input } = call;
      return enter(schema, 'assign_tables_atomic_v2', {
        p_booking_id: input.booking_id,
        p_table_ids: uuids(input.table_ids),
        p_idempotency_key: input.idempotency_key,
        p_require_adjacency: input.require_adjacency,
        p_assigned_by: null,
        p_start_at: input.start_at,
        p_end_at: input.end_at,
      });
    }
    case 'unassign':
      return enter(schema, 'unassign_tables_atomic', {
        p_booking_id: call.input.booking_id,
        p_table_ids: call.input.table_ids && uuids(call.input.table_ids),
      });
    case 'confirm': {
      const values: Record<string, unknown> = {
        p_hold_id: call.input.hold_id,
        p_booking_id: call.input.booking_id,
        p_idempotency_key: call.input.idempotency_key,
        p_require_adjacency: call.input.require_adjacency,
      };
      const named = confirmParameters.filter((name) => name in values).map((name) => [name, values[name]]);
      return enter(schema, 'confirm_hold_assignment_with_transition', Object.fromEntries(named));
    }
    case 'refresh':
      return enter(schema, 'refresh_table_status', { p_table_id: call.input.table_id });
    case 'hold': {
      const { hold_id, table_ids } = call.input;
      const rows = table_ids.map((id) => `(${valueText(hold_id)}, ${valueText(id)})`).join(', ');
      return own(`insert into ${table('table_hold_members')} (hold_id, table_id) values ${rows}`);
    }
    case 'release':
      return own(
        `update ${table('table_holds')} set status = 'cancelled' where id = ${valueText(call.input.hold_id)}`,
      );
    case 'transition': {
      const { status, booking_id } = call.input;
      const moments = { checked_in: ', checked_in_at = now()', completed: ', checked_out_at = now()' };
      const moment = moments[status as keyof typeof moments] ?? '';
      return own(
        `update ${table('bookings')} set status = ${valueText(status)}${moment} where id = ${valueText(booking_id)}`,
      );
    }
    case 'sql':
      return own(call.text);
  }
}

function own(call: string): { call: string; enters: null } {
  return { call, enters: null };
}

function enter(schema: string, name: string, values: Readonly<Record<string, unknown>>) {
  const parameters = Object.entries(values).map(
    ([parameter, value]) => `${parameter} => ${valueText(value)}`,
  );
  return {
    call: `select coalesce(json_agg(r), '[]') as body from ${qualified(schema, name)}(${parameters.join(', ')}) r`,
    enters: name,
  };
}

/** As PostgreSQL writes an array. */
function uuids(ids: readonly string[]): string {
  return `{${ids.join(',')}}`;
}
