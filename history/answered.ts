import type { AssignedRow, OperationName } from './operation.ts';

/**
 * Brings the body of a successful answer to the shape of a record's `value`: PostgREST shows a set of ids as scalars or
 * as rows, by the function's declaration.
 */
export function answeredValue(f: OperationName, body: unknown): unknown {
  const rows = Array.isArray(body) ? (body as unknown[]) : body === null ? [] : [body];
  if (f === 'unassign') {
    return rows.map((row) => text(isRow(row) ? Object.values(row)[0] : row));
  }
  if (f === 'status') {
    return Object.fromEntries(rows.filter(isRow).map((row) => [String(row.id), String(row.status)]));
  }
  if (f === 'assign' || f === 'confirm') {
    return rows.map((row): AssignedRow => {
      const { table_id, start_at, end_at, merge_group_id } = isRow(row) ? row : {};
      return {
        table_id: text(table_id),
        start_at: text(start_at),
        end_at: text(end_at),
        merge_group_id: text(merge_group_id),
      };
    });
  }
  return null;
}

function isRow(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : String(value);
}
