import type { Outcome } from '../database/workbench.ts';

/**
 * What a schedule led to, in the names of the case: how each call was answered, and which rows are left. Equal texts,
 * equal outcomes.
 */
export function describeOutcome({ prepared, trace, rows }: Outcome): string {
  const { names } = prepared.instance;
  const named = (id: unknown): string => names.get(String(id)) ?? '?';
  const answers = trace.calls.map(({ result }, index) => {
    const call = prepared.instance.calls[index];
    if (!result.ok) return result.code;
    if (call?.f === 'unassign' && Array.isArray(result.body))
      return `ok ${result.body.map(named).sort().join(' ')}`;
    if (call?.f === 'sql') return `ok ${JSON.stringify(result.body)}`;
    return Array.isArray(result.body) ? `ok ${result.body.length}` : 'ok';
  });
  const left = rows.flatMap(({ table, row }) => {
    switch (table) {
      case 'booking_table_assignments':
        return [`${named(row.booking_id)} has ${named(row.table_id)} from ${row.start_at} to ${row.end_at}`];
      case 'allocations':
        return [
          row.resource_type === 'table'
            ? `${named(row.resource_id)} is taken by ${named(row.booking_id)} for ${trimmed(row.window)}`
            : `${named(row.booking_id)} has a merge group`,
        ];
      case 'booking_assignment_idempotency':
        return [`${named(row.booking_id)} has a key for ${(row.table_ids as string[]).map(named).join(' ')}`];
      case 'table_inventory':
      case 'bookings':
      case 'table_holds':
        return [`${named(row.id)} is ${String(row.status)}`];
      default:
        return [];
    }
  });
  return JSON.stringify({ answers, left: left.sort() });
}

/** Windows that ended early end at a moment of their own in each schedule. */
function trimmed(window: unknown): string {
  return String(window).replace(/(\d\d:\d\d):\d\d\.\d+/g, '$1');
}
