import type { Operation } from '../history/operation.ts';
import { valueText } from '../sql/statements.ts';

/** How calls are put into SQL. */
export interface CallOptions {
  /** Parameters of the deployed function that confirms holds, by name; none: there is no such function. */
  confirmParameters: readonly string[];
  /** The expiry of a hold that is to lapse, as SQL; null for one that lapses as it was written. */
  expiry: (hold: Extract<Operation, { f: 'hold' }>) => string | null;
}

/**
 * What PostgREST runs for a call, as statements without a semicolon, each in a transaction of its own. Names are without a
 * schema: the search path decides where it goes, as it does for PostgREST. `loadScanner` must have been awaited before.
 */
export function callStatements(operation: Operation, options: CallOptions): string[] {
  switch (operation.f) {
    case 'assign':
      return [call('assign_tables_atomic_v2', assignParameters(operation.input))];
    case 'confirm':
      return [
        call(
          'confirm_hold_assignment_with_transition',
          confirmParameters(operation.input, options.confirmParameters),
        ),
      ];
    case 'unassign':
      return [
        call('unassign_tables_atomic', {
          p_booking_id: operation.input.booking_id,
          p_table_ids: arrayOf(operation.input.table_ids),
        }),
      ];
    case 'refresh':
      return [call('refresh_table_status', { p_table_id: operation.input.table_id })];
    case 'status': {
      const ids = operation.input.table_ids.map(valueText).join(', ');
      return [`SELECT id, status FROM table_inventory WHERE id IN (${ids})`];
    }
    case 'hold':
      return holdStatements(operation, options);
    case 'release':
      return [
        `UPDATE table_holds SET status = 'cancelled' WHERE id = ${valueText(operation.input.hold_id)} RETURNING id`,
      ];
    case 'transition': {
      const { booking_id, status } = operation.input;
      const arrival = status === 'checked_in' ? ', checked_in_at = now()' : '';
      return [
        `UPDATE bookings SET status = ${valueText(status)}${arrival} WHERE id = ${valueText(booking_id)} RETURNING id`,
      ];
    }
  }
}

/** All seven parameters are named, so that an older overload cannot be meant. */
function assignParameters(input: Extract<Operation, { f: 'assign' }>['input']): Record<string, unknown> {
  return {
    p_booking_id: input.booking_id,
    p_table_ids: arrayOf(input.table_ids),
    p_idempotency_key: input.idempotency_key,
    p_require_adjacency: input.require_adjacency,
    p_assigned_by: null,
    p_start_at: input.start_at,
    p_end_at: input.end_at,
  };
}

function confirmParameters(
  input: Extract<Operation, { f: 'confirm' }>['input'],
  names: readonly string[],
): Record<string, unknown> {
  const values: Record<string, unknown> = {
    p_hold_id: input.hold_id,
    p_booking_id: input.booking_id,
    p_idempotency_key: input.idempotency_key,
    p_require_adjacency: input.require_adjacency,
  };
  return Object.fromEntries(names.filter((name) => name in values).map((name) => [name, values[name]]));
}

/** A seeded hold claims its tables once it has members. */
function holdStatements(operation: Extract<Operation, { f: 'hold' }>, options: CallOptions): string[] {
  const { hold_id, table_ids } = operation.input;
  const members = table_ids.map((table) => `(${valueText(hold_id)}, ${valueText(table)})`).join(', ');
  const claim = `INSERT INTO table_hold_members (hold_id, table_id) VALUES ${members} RETURNING hold_id`;
  const expiry = options.expiry(operation);
  if (expiry === null) return [claim];
  return [
    `UPDATE table_holds SET expires_at = ${expiry} WHERE id = ${valueText(hold_id)} RETURNING id`,
    claim,
  ];
}

function call(name: string, parameters: Record<string, unknown>): string {
  const named = Object.entries(parameters).map(([parameter, value]) => `${parameter} => ${valueText(value)}`);
  return `SELECT * FROM ${name}(${named.join(', ')})`;
}

/** An array as PostgreSQL writes it; ids need no quotes. */
function arrayOf(ids: readonly string[] | null): string | null {
  return ids === null ? null : `{${ids.join(',')}}`;
}
