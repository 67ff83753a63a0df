import {
  parentsFirst,
  type SchemaDescription,
  type TableDescription,
} from '../contracts/schema-description.ts';

/**
 * Deletes from every table, children before parents. Triggers may write new rows while others are deleted (audit
 * tables), so it goes round until a round finds nothing, five times at most.
 *
 * @param deleteFrom deletes from one table, and says how many rows
 * @returns deleted rows for each table that had some
 */
export async function deleteInRounds(
  description: SchemaDescription,
  deleteFrom: (table: TableDescription) => Promise<number>,
): Promise<Map<string, number>> {
  const deleted = new Map<string, number>();
  const childrenFirst = parentsFirst(description).reverse();
  for (let round = 0; round < 5; round += 1) {
    let found = 0;
    for (const table of childrenFirst) {
      const rows = await deleteFrom(table);
      if (rows === 0) continue;
      found += rows;
      deleted.set(table.name, (deleted.get(table.name) ?? 0) + rows);
    }
    if (found === 0) break;
  }
  return deleted;
}
