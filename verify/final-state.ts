import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { UsageError } from '../contracts/errors.ts';
import { parseInstant, parseRange, type Window } from '../contracts/instant.ts';
import { z } from '../contracts/json-file.ts';

/** Rows of the final state that promises speak of; times as microseconds since the epoch. */
export interface Allocation {
  id: string;
  booking_id: string | null;
  resource_type: string;
  resource_id: string;
  window: Window;
  shadow: boolean;
  is_maintenance: boolean;
  row: Record<string, unknown>;
}

export interface Assignment {
  id: string;
  booking_id: string;
  table_id: string;
  window: Window | null;
  allocation_id: string | null;
  merge_group_id: string | null;
  row: Record<string, unknown>;
}

export interface LedgerEntry {
  booking_id: string;
  idempotency_key: string;
  table_ids: string[];
  window: Window | null;
  row: Record<string, unknown>;
}

export interface FinalState {
  allocations: Allocation[];
  assignments: Assignment[];
  ledger: LedgerEntry[];
  /** The other tagged rows by id, for each table. */
  others: Map<string, Map<string, Record<string, unknown>>>;
  rows: number;
}

const line = z.strictObject({ table: z.string(), row: z.record(z.string(), z.unknown()) });

const endLine = z.strictObject({ end: z.literal(true), rows: z.int().nonnegative() });

const allocationRow = z.looseObject({
  id: z.string(),
  booking_id: z.string().nullable(),
  resource_type: z.string(),
  resource_id: z.string(),
  window: z.string(),
  shadow: z.boolean().nullish(),
  is_maintenance: z.boolean().nullish(),
});
const assignmentRow = z.looseObject({
  id: z.string(),
  booking_id: z.string(),
  table_id: z.string(),
  start_at: z.string().nullable(),
  end_at: z.string().nullable(),
  allocation_id: z.string().nullable(),
  merge_group_id: z.string().nullable(),
});
const ledgerRow = z.looseObject({
  booking_id: z.string(),
  idempotency_key: z.string(),
  table_ids: z.array(z.string()),
  assignment_window: z.string().nullish(),
});

/**
 * Reads final-state.ndjson.
 *
 * @returns null when the file is missing or has no last line that counts its rows: it was not written to its end
 * @throws UsageError that names the line and its problem
 */
export async function readFinalState(file: string): Promise<FinalState | null> {
  if (!(await stat(file).catch(() => null))) return null;
  const state = emptyState();
  let number = 0;
  let complete = false;
  for await (const text of createInterface({ input: createReadStream(file) })) {
    number += 1;
    if (text.trim() === '') continue;
    try {
      const data: unknown = JSON.parse(text);
      const ending = endLine.safeParse(data);
      if (ending.success) {
        complete = ending.data.rows === state.rows;
        continue;
      }
      complete = false;
      const { table, row } = line.parse(data);
      addRow(state, table, row);
      state.rows += 1;
    } catch (error) {
      const reason = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      throw new UsageError(`${file}:${number}: is no row of a final state: ${reason}`, [
        'restore the file from the run that wrote it',
      ]);
    }
  }
  return complete ? state : null;
}

/** The state that rows make up, as `to_jsonb` shows them. */
export function finalStateOf(rows: readonly { table: string; row: Record<string, unknown> }[]): FinalState {
  const state = emptyState();
  for (const { table, row } of rows) addRow(state, table, row);
  return { ...state, rows: rows.length };
}

function emptyState(): FinalState {
  return { allocations: [], assignments: [], ledger: [], others: new Map(), rows: 0 };
}

function addRow(state: FinalState, table: string, row: Record<string, unknown>): void {
  if (table === 'allocations') {
    const parsed = allocationRow.parse(row);
    state.allocations.push({
      ...parsed,
      window: parseRange(parsed.window),
      shadow: parsed.shadow ?? false,
      is_maintenance: parsed.is_maintenance ?? false,
      row,
    });
  } else if (table === 'booking_table_assignments') {
    const parsed = assignmentRow.parse(row);
    const window =
      parsed.start_at === null || parsed.end_at === null
        ? null
        : { start: parseInstant(parsed.start_at), end: parseInstant(parsed.end_at) };
    state.assignments.push({ ...parsed, window, row });
  } else if (table === 'booking_assignment_idempotency') {
    const parsed = ledgerRow.parse(row);
    const window = parsed.assignment_window ? parseRange(parsed.assignment_window) : null;
    state.ledger.push({ ...parsed, window, row });
  } else if (typeof row.id === 'string') {
    const byId = state.others.get(table) ?? new Map();
    state.others.set(table, byId.set(row.id, row));
  }
}
