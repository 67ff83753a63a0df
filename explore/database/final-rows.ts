import type postgres from 'postgres';
import { qualified, valueText } from '../../sql/statements.ts';
import { quoteIdentifier } from '../../sql/tokens.ts';
import type { CaseInstance } from '../cases/instance.ts';

/** A row as `to_jsonb` shows it. */
export interface FinalRow {
  table: string;
  row: Record<string, unknown>;
}

/** Which rows of a table belong to an instance: those whose column is one of its ids. */
const belonging: readonly {
  table: string;
  column: string;
  ids: 'restaurants' | 'bookings' | 'tables' | 'holds';
}[] = [
  { table: 'allocations', column: 'restaurant_id', ids: 'restaurants' },
  { table: 'booking_table_assignments', column: 'booking_id', ids: 'bookings' },
  { table: 'booking_assignment_idempotency', column: 'booking_id', ids: 'bookings' },
  { table: 'table_inventory', column: 'id', ids: 'tables' },
  { table: 'bookings', column: 'id', ids: 'bookings' },
  { table: 'table_holds', column: 'id', ids: 'holds' },
];

/**
 * Reads what the calls of an instance left, in one statement.
 *
 * @param present tables of the deployment
 */
export async function readFinalRows(
  sql: postgres.Sql,
  schema: string,
  present: ReadonlySet<string>,
  instance: CaseInstance,
): Promise<FinalRow[]> {
  const read = belonging.filter(({ table }) => present.has(table));
  if (read.length === 0) return [];
  const selects = read.map(
    ({ table, column }, index) =>
      `select ${valueText(table)} as "table", to_jsonb(t) as row from ${qualified(schema, table)} t
        where ${quoteIdentifier(column)} = any ($${index + 1})`,
  );
  // The text is the same each time, so PostgreSQL plans it once.
  const ids = read.map((each) => instance[each.ids].map(({ id }) => id));
  return sql.unsafe<FinalRow[]>(selects.join('\nunion all\n'), ids, { prepare: true });
}
