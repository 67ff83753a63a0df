import type { TableDescription } from '../contracts/schema-description.ts';
import { idRange, textTag } from './identity.ts';

/** PostgREST's filter over the columns that can hold the tag; null when the table has none. */
export function tagFilter(table: TableDescription, tag: string): string | null {
  const { from, to } = idRange(tag);
  const conditions = table.columns.flatMap((column) => {
    const name = `"${column.name.replaceAll('"', '\\"')}"`;
    if (column.type === 'uuid') return [`and(${name}.gte.${from},${name}.lte.${to})`];
    // To the end of the name: arrays of texts have no LIKE, and are left to the sweep.
    if (/^(text|character varying|varchar|character|(extensions\.)?citext)(\(\d+\))?$/.test(column.type)) {
      return [`${name}.like.*${textTag(tag)}*`, `${name}.like.${tag}-*`];
    }
    return [];
  });
  return conditions.length === 0 ? null : conditions.join(',');
}
