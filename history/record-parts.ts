import type { Words } from './words.ts';

/** Inputs and answers of the records that are read without the schema; see `RecordReader`. */

export type Fields = Record<string, unknown>;

export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A whole number from 0, as far as a double can tell it from its neighbours. */
export function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}

/** @returns null when the schema has to decide */
export function inputOf(f: string, input: unknown, words: Words): object | null {
  if (!isObject(input)) return null;
  switch (f) {
    case 'assign':
      return assignInput(input, words, 6);
    case 'unassign': {
      const booking_id = idOf(input.booking_id, words);
      const table_ids = input.table_ids === null ? null : idsOf(input.table_ids, words);
      if (booking_id === null || table_ids === undefined || Object.keys(input).length !== 2) return null;
      return { booking_id, table_ids };
    }
    case 'refresh': {
      const table_id = idOf(input.table_id, words);
      return table_id === null || Object.keys(input).length !== 1 ? null : { table_id };
    }
    case 'status': {
      const table_ids = idsOf(input.table_ids, words);
      return table_ids === undefined || Object.keys(input).length !== 1 ? null : { table_ids };
    }
    case 'transition': {
      const booking_id = idOf(input.booking_id, words);
      if (booking_id === null || typeof input.status !== 'string') return null;
      return Object.keys(input).length === 2 ? { booking_id, status: words.same(input.status) } : null;
    }
    case 'release': {
      const hold_id = idOf(input.hold_id, words);
      return hold_id === null || Object.keys(input).length !== 1 ? null : { hold_id };
    }
    case 'confirm': {
      const hold_id = idOf(input.hold_id, words);
      const assign = hold_id === null ? null : assignInput(input, words, 7);
      return assign && { ...assign, hold_id };
    }
    default:
      return null;
  }
}

/** @returns undefined when the schema has to decide */
export function answerOf(f: string, value: unknown, words: Words): unknown {
  if (value === null) return null;
  if (Array.isArray(value)) {
    if (f === 'unassign') return textsOf(value, words);
    if (f === 'assign' || f === 'confirm') return rowsOf(value, words);
    return undefined;
  }
  if (!isObject(value)) return undefined;
  return f === 'status' && !('message' in value) ? statusesOf(value, words) : errorOf(value, words);
}

function assignInput(input: Fields, words: Words, fields: number): object | null {
  const { idempotency_key: key, require_adjacency } = input;
  const booking_id = idOf(input.booking_id, words);
  const table_ids = idsOf(input.table_ids, words);
  const start_at = instantOf(input.start_at, words);
  const end_at = instantOf(input.end_at, words);
  if (booking_id === null || table_ids === undefined || start_at === undefined || end_at === undefined) {
    return null;
  }
  if (typeof require_adjacency !== 'boolean' || Object.keys(input).length !== fields) return null;
  if (key !== null && typeof key !== 'string') return null;
  const idempotency_key = key === null ? null : words.same(key);
  return { booking_id, table_ids, idempotency_key, require_adjacency, start_at, end_at };
}

function idOf(id: unknown, words: Words): string | null {
  if (typeof id !== 'string') return null;
  const word = words.find(id);
  return word.isId ? word.text : null;
}

function idsOf(ids: unknown, words: Words): string[] | undefined {
  if (!Array.isArray(ids)) return undefined;
  const found: string[] = [];
  for (const each of ids) {
    const id = idOf(each, words);
    if (id === null) return undefined;
    found.push(id);
  }
  const [only] = found;
  return found.length === 1 && only !== undefined ? words.setOf(only) : found;
}

function instantOf(text: unknown, words: Words): string | null | undefined {
  if (text === null) return null;
  if (typeof text !== 'string') return undefined;
  const word = words.find(text);
  return word.isInstant ? word.text : undefined;
}

function textOf(text: unknown, words: Words): string | null | undefined {
  if (text === null) return null;
  return typeof text === 'string' ? words.same(text) : undefined;
}

function textsOf(texts: readonly unknown[], words: Words): (string | null)[] | undefined {
  const [only] = texts;
  if (texts.length === 1 && typeof only === 'string') return words.setOf(words.same(only));
  const found = texts.map((text) => textOf(text, words));
  return found.includes(undefined) ? undefined : (found as (string | null)[]);
}

function rowsOf(rows: readonly unknown[], words: Words): object[] | undefined {
  const found: object[] = [];
  for (const row of rows) {
    if (!isObject(row) || Object.keys(row).length !== 4) return undefined;
    const table_id = textOf(row.table_id, words);
    const start_at = textOf(row.start_at, words);
    const end_at = textOf(row.end_at, words);
    const merge_group_id = textOf(row.merge_group_id, words);
    if (table_id === undefined || start_at === undefined || end_at === undefined) return undefined;
    if (merge_group_id === undefined) return undefined;
    found.push({ table_id, start_at, end_at, merge_group_id });
  }
  return found;
}

function errorOf(error: Fields, words: Words): object | undefined {
  const message = textOf(error.message, words);
  const details = textOf(error.details, words);
  const hint = textOf(error.hint, words);
  if (typeof message !== 'string' || details === undefined || hint === undefined) return undefined;
  return Object.keys(error).length === 3 ? { message, details, hint } : undefined;
}

/** Only for tables with ids as we know them: a name like `__proto__` is for the schema to judge. */
function statusesOf(statuses: Fields, words: Words): object | undefined {
  const found: Record<string, string> = {};
  for (const [table, status] of Object.entries(statuses)) {
    const id = idOf(table, words);
    if (id === null || typeof status !== 'string') return undefined;
    found[id] = words.same(status);
  }
  return found;
}
