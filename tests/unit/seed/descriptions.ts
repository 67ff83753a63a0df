import type { ColumnDescription, TableDescription } from '../../../contracts/schema-description.ts';
import type { FillContext } from '../../../seed/fill.ts';

export const tag = 'abcdef01';

/** A column that must be given a value, unless `more` says otherwise. */
export function column(name: string, type: string, more: Partial<ColumnDescription> = {}): ColumnDescription {
  return {
    name,
    type,
    nullable: false,
    hasDefault: false,
    generated: false,
    labels: null,
    references: null,
    ...more,
  };
}

export function table(name: string, columns: ColumnDescription[]): TableDescription {
  return { name, columns, primaryKey: ['id'] };
}

/** A database in which lookups have these rows: `{ 'booking_types.code': 'dinner' }`. */
export function context(existing: Record<string, unknown> = {}): FillContext {
  return { tag, seed: 1, existing: (reference) => existing[`${reference.table}.${reference.column}`] };
}
