import type postgres from 'postgres';

export interface AssignOptions {
  key?: string;
  adjacency?: boolean;
  by?: string;
  from?: string | null;
  to?: string | null;
}

/** A row of the RPC's answer. */
export interface Assigned {
  table_id: string;
  start_at: Date;
  end_at: Date;
  merge_group_id: string | null;
}

type Sql = postgres.Sql | postgres.TransactionSql;

/** Calls the RPC. */
export function assign(sql: Sql, bookingId: string, tableIds: string[], options: AssignOptions = {}) {
  return sql<Assigned[]>`
    SELECT * FROM assign_tables_atomic_v2(
      ${bookingId}, ${tableIds}::uuid[], ${options.key ?? null}, ${options.adjacency ?? false},
      ${options.by ?? null}, ${options.from ?? null}::text::timestamptz, ${options.to ?? null}::text::timestamptz
    )`;
}

export async function unassign(sql: Sql, bookingId: string, tableIds?: string[]): Promise<string[]> {
  const rows = await sql<{ id: string }[]>`
    SELECT id FROM unassign_tables_atomic(${bookingId}, ${tableIds ?? null}::uuid[]) AS id`;
  return rows.map((row) => row.id);
}

export function confirmHold(sql: Sql, holdId: string, bookingId: string, key?: string) {
  return sql<Assigned[]>`
    SELECT * FROM confirm_hold_assignment_with_transition(${holdId}, ${bookingId}, ${key ?? null})`;
}

export function refresh(sql: Sql, tableId: string) {
  return sql`SELECT refresh_table_status(${tableId})`;
}

export function setStatus(sql: Sql, bookingId: string, status: string) {
  const checkedIn = status === 'checked_in' || status === 'completed';
  return sql`
    UPDATE bookings
    SET status = ${status},
      checked_in_at = ${checkedIn ? sql`now() - interval '1 hour'` : null},
      checked_out_at = ${status === 'completed' ? sql`now()` : null}
    WHERE id = ${bookingId}`;
}

export async function tableStatus(sql: Sql, tableId: string): Promise<string> {
  const [row] = await sql<{ status: string }[]>`SELECT status FROM table_inventory WHERE id = ${tableId}`;
  return row?.status ?? 'none';
}

/** How many rows a booking has in each place that an assignment writes to. */
export async function rowsOf(sql: Sql, bookingId: string) {
  const [row] = await sql`
    SELECT
      (SELECT count(*)::int FROM allocations WHERE booking_id = ${bookingId} AND resource_type = 'table') AS tables,
      (SELECT count(*)::int FROM allocations WHERE booking_id = ${bookingId} AND resource_type <> 'table') AS groups,
      (SELECT count(*)::int FROM booking_table_assignments WHERE booking_id = ${bookingId}) AS assignments,
      (SELECT count(*)::int FROM booking_assignment_idempotency WHERE booking_id = ${bookingId}) AS ledger`;
  return row;
}
