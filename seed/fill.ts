import { UsageError } from '../contracts/errors.ts';
import type { ColumnDescription, TableDescription } from '../contracts/schema-description.ts';
import { idOf, mix, textTag } from '../plan/identity.ts';

/** Values for columns that the database requires and the plan does not know. */
export interface FillContext {
  tag: string;
  seed: number;
  /** An existing value of a referenced column, for instance of a lookup table; undefined when the table is empty. */
  existing: (reference: { table: string; column: string }) => unknown;
}

export interface FilledRows {
  rows: Record<string, unknown>[];
  /** Planned columns that the table does not have, or that may not be written. */
  omitted: string[];
  /** Columns that were added, with a word on the value. */
  added: string[];
}

/**
 * Fits planned rows to the table as it really is: leaves out columns that it lacks or generates itself, and fills the
 * required ones that the plan does not know.
 *
 * @throws UsageError that names the columns which cannot be filled
 */
export function fillRows(
  table: TableDescription,
  planned: readonly Record<string, unknown>[],
  context: FillContext,
): FilledRows {
  if (planned.length === 0) return { rows: [], omitted: [], added: [] };
  const known = new Set(planned.flatMap((row) => Object.keys(row)));
  const writable = new Map(
    table.columns.filter((column) => !column.generated).map((column) => [column.name, column]),
  );
  const omitted = [...known].filter((name) => !writable.has(name));
  const missing = [...writable.values()].filter(
    (column) => !column.nullable && !column.hasDefault && !known.has(column.name),
  );
  const unfillable = missing.filter((column) => !canFill(column, context));
  if (unfillable.length > 0) {
    const names = unfillable.map((column) => `${table.name}.${column.name} (${column.type})`).join(', ');
    throw new UsageError(
      `seed: the database requires ${names}, and no value for it can be derived`,
      unfillable.map((column) =>
        column.references
          ? `put a row into ${column.references.table}, or give ${column.name} a default`
          : `give ${table.name}.${column.name} a default, or allow null`,
      ),
    );
  }
  const rows = planned.map((row, index) => {
    const fitted: Record<string, unknown> = {};
    for (const [name, value] of Object.entries(row)) if (writable.has(name)) fitted[name] = value;
    for (const column of missing) fitted[column.name] = valueFor(column, table.name, index, context);
    return fitted;
  });
  return { rows, omitted, added: missing.map((column) => `${column.name} (${column.type})`) };
}

function canFill(column: ColumnDescription, context: FillContext): boolean {
  return valueFor(column, '', 0, context) !== undefined;
}

function valueFor(column: ColumnDescription, table: string, index: number, context: FillContext): unknown {
  if (column.references) return context.existing(column.references);
  if (column.labels) return column.labels[0];
  const type = column.type
    .replace(/\(.*\)/, '')
    .replace(/^(pg_catalog|extensions)\./, '')
    .trim();
  if (type.endsWith('[]')) return [];
  switch (type) {
    case 'uuid':
      return idOf(context.tag, context.seed, 'background', 'other', fillerIndex(table, column.name, index));
    case 'text':
    case 'character varying':
    case 'varchar':
    case 'character':
    case 'citext':
      return clip(`${textTag(context.tag)}-${column.name}-${index}`, column.type);
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'numeric':
    case 'real':
    case 'double precision':
      return 1;
    case 'boolean':
      return false;
    case 'json':
    case 'jsonb':
      return { tag: textTag(context.tag) };
    case 'date':
      return '2026-01-01';
    case 'timestamp with time zone':
    case 'timestamp without time zone':
      return '2026-01-01T00:00:00Z';
    case 'time without time zone':
    case 'time with time zone':
      return '12:00:00';
    case 'interval':
      return '90 minutes';
    default:
      return undefined;
  }
}

/** Keeps ids of fillers apart by table and column, within the 32 bits that `anyTagPattern` grants an id's index. */
function fillerIndex(table: string, column: string, index: number): number {
  let digest = 0;
  for (const character of `${table}.${column}`) digest = mix(digest ^ (character.codePointAt(0) ?? 0));
  return (digest % 0x100) * 0x100_0000 + index;
}

function clip(text: string, type: string): string {
  const length = /\((\d+)\)/.exec(type)?.[1];
  return length === undefined ? text : text.slice(-Number(length));
}
