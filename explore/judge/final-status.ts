import { parseRange } from '../../contracts/instant.ts';
import type { Outcome } from '../database/workbench.ts';
import type { Finding } from './judge.ts';

/**
 * Whether a table's stored status is what the rule gives for the rows that were left. Triggers refresh it whenever an
 * allocation or a booking's status changes, so it has to be right when nobody is under way; the windows of a case begin
 * and end minutes away from the moment of the look.
 */
export function statusProblems({ prepared, rows }: Pick<Outcome, 'prepared' | 'rows'>): Finding[] {
  const now = Date.now() * 1000;
  const statuses = new Map(
    rows.flatMap(({ table, row }): [string, string][] =>
      table === 'bookings' ? [[String(row.id), String(row.status)]] : [],
    ),
  );
  return prepared.instance.tables.flatMap(({ id }) => {
    const stored = rows.find(({ table, row }) => table === 'table_inventory' && row.id === id)?.row.status;
    const present = rows.filter(({ table, row }) => {
      if (table !== 'allocations' || row.resource_id !== id || row.shadow === true) return false;
      const { start, end } = parseRange(String(row.window));
      return start <= now && now < end;
    });
    const seated = present.some(({ row }) => statuses.get(String(row.booking_id)) === 'checked_in');
    const rule = seated ? 'occupied' : present.length > 0 ? 'reserved' : 'available';
    if (stored === undefined || stored === rule) return [];
    const name = prepared.instance.names.get(id) ?? id;
    return [
      {
        promise: 'status-rule',
        title: `table ${name} is stored as ${String(stored)} when all calls are over, and the rule gives ${rule}`,
        steps: [],
      },
    ];
  });
}
