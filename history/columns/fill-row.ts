import type { AssignedRow, Operation } from '../operation.ts';
import { Answer, Class, F, HAS_ROUND, REQUIRES_ADJACENCY, Type } from './columns.ts';
import type { Recorded } from './recorded.ts';

/** Fills a row with a record, as far as the columns can hold it. */
export function fillRow(recorded: Recorded, row: number, operation: Operation): void {
  const { columns, words } = recorded;
  const word = (text: string | null): number => (text === null ? 0 : words.addText(text));
  columns.runner[row] = word(operation.runner);
  columns.scenario[row] = word(operation.scenario);
  columns.process[row] = operation.process;
  columns.index[row] = operation.index;
  columns.t0[row] = operation.t0;
  columns.t1[row] = operation.t1;
  columns.f[row] = F[operation.f];
  columns.type[row] = Type[operation.type];
  columns.class[row] = Class[operation.class];
  columns.code[row] = word(operation.code);
  columns.http[row] = operation.http;
  columns.retry[row] = operation.retry;
  columns.flags[row] = 0;
  const { round, expect } = operation;
  if (round) {
    columns.flags[row] = HAS_ROUND;
    columns.round[row] = round.round;
    columns.slot[row] = word(round.slot);
    columns.scheduled[row] = round.scheduled;
  }
  columns.expect[row] = expect ? word(JSON.stringify(expect)) : 0;
  fillInput(recorded, row, operation);
  fillAnswer(recorded, row, operation);
}

function fillInput({ columns, words, sets }: Recorded, row: number, { f, input }: Operation): void {
  const word = (text: string | null): number => (text === null ? 0 : words.addText(text));
  columns.booking[row] = 'booking_id' in input ? word(input.booking_id) : 0;
  columns.tables[row] = 0;
  if ('table_id' in input) columns.tables[row] = word(input.table_id);
  else if ('table_ids' in input && input.table_ids) columns.tables[row] = sets.add(input.table_ids.map(word));
  columns.start[row] = 'start_at' in input ? word(input.start_at) : 0;
  columns.end[row] = 'end_at' in input ? word(input.end_at) : 0;
  columns.key[row] = 'idempotency_key' in input ? word(input.idempotency_key) : 0;
  if ((f === 'assign' || f === 'confirm') && input.require_adjacency) {
    columns.flags[row] = (columns.flags[row] as number) | REQUIRES_ADJACENCY;
  }
}

function fillAnswer({ columns, words, sets }: Recorded, row: number, operation: Operation): void {
  const word = (text: string | null): number => (text === null ? 0 : words.addText(text));
  const { f, value } = operation;
  let kind: number = Answer.other;
  if (value === null) kind = Answer.none;
  else if (f === 'unassign' && Array.isArray(value)) {
    if (!value.includes(null)) {
      kind = Answer.tables;
      columns.answered[row] = sets.add(value.map(word));
    }
  } else if ((f === 'assign' || f === 'confirm') && Array.isArray(value)) {
    if (isAsAsked(value, operation.input.table_ids)) {
      const [first] = value;
      kind = Answer.rows;
      columns.answered[row] = columns.tables[row] as number;
      columns.answeredStart[row] = word(first?.start_at ?? null);
      columns.answeredEnd[row] = word(first?.end_at ?? null);
      columns.answer[row] = word(first?.merge_group_id ?? null);
    }
  } else if (isError(value)) {
    kind = Answer.error;
    columns.answer[row] = word(value.message);
    columns.details[row] = word(value.details);
    columns.hint[row] = word(value.hint);
  } else if (f === 'status') {
    const [first, ...others] = Object.entries(value);
    if (first && others.length === 0) {
      kind = Answer.status;
      columns.answered[row] = word(first[0]);
      columns.answer[row] = word(first[1]);
    }
  }
  columns.kind[row] = kind;
}

/** Rows for the very tables that were asked for, in their order, with one window and one merge group. */
function isAsAsked(rows: readonly AssignedRow[], tables: readonly string[]): boolean {
  const [first] = rows;
  if (!first || rows.length !== tables.length) return false;
  return rows.every(
    ({ table_id, start_at, end_at, merge_group_id }, place) =>
      table_id === tables[place] &&
      start_at === first.start_at &&
      end_at === first.end_at &&
      merge_group_id === first.merge_group_id,
  );
}

function isError(value: object): value is { message: string; details: string | null; hint: string | null } {
  return 'message' in value && 'details' in value && 'hint' in value;
}
