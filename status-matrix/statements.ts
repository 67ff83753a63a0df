import type { TableStatus } from '../plan/world.ts';
import { qualified } from '../sql/statements.ts';

export function writeStatus(schema: string, tableId: string, status: TableStatus): string {
  return `UPDATE ${qualified(schema, 'table_inventory')} SET status = '${status}' WHERE id = '${tableId}'`;
}

/** @param more what else is to be selected */
export function readStatus(schema: string, tableId: string, ...more: readonly string[]): string {
  const columns = ['status', ...more].join(', ');
  return `SELECT ${columns} FROM ${qualified(schema, 'table_inventory')} WHERE id = '${tableId}'`;
}

export function callRefresh(schema: string, tableId: string): string {
  return `SELECT ${qualified(schema, 'refresh_table_status')}(p_table_id => '${tableId}')`;
}
