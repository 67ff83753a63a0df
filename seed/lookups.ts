import type postgres from 'postgres';
import type { SchemaDescription } from '../contracts/schema-description.ts';
import { worldTables } from '../plan/world.ts';

/** An existing value of a column that a required foreign key refers to; undefined when its table is empty. */
export type Lookups = (reference: { table: string; column: string }) => unknown;

/** Tables that the rows of cases go into. */
const written: readonly string[] = [...worldTables, 'allocations', 'booking_table_assignments'];

/** Reads a value for each required foreign key of the tables that cases write, for instance a booking type. */
export async function readLookups(
  sql: postgres.Sql | postgres.TransactionSql,
  { schema, tables }: SchemaDescription,
): Promise<Lookups> {
  const values = new Map<string, unknown>();
  for (const { name, columns } of tables) {
    if (!written.includes(name)) continue;
    for (const { references, nullable, hasDefault } of columns) {
      // What cases write themselves is planned, not looked up.
      if (references === null || nullable || hasDefault || written.includes(references.table)) continue;
      const { table, column } = references;
      const [row] = await sql<{ value: unknown }[]>`
        select ${sql(column)} as value from ${sql(schema)}.${sql(table)} limit 1`;
      values.set(`${table}.${column}`, row?.value);
    }
  }
  return ({ table, column }) => values.get(`${table}.${column}`);
}
