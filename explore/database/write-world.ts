import type postgres from 'postgres';
import type { SchemaDescription } from '../../contracts/schema-description.ts';
import type { Origin } from '../../plan/builder.ts';
import { type World, worldTables } from '../../plan/world.ts';
import { fillRows } from '../../seed/fill.ts';
import type { Lookups } from '../../seed/lookups.ts';
import { quoteIdentifier } from '../../sql/tokens.ts';

/** Writes planned rows, each table in one statement; what the deployment requires beyond the plan is filled. */
export async function writeWorld(
  sql: postgres.Sql,
  description: SchemaDescription,
  world: World,
  { tag, seed }: Origin,
  lookups: Lookups,
): Promise<void> {
  for (const name of worldTables) {
    const table = description.tables.find((each) => each.name === name);
    // Deployments may lack a table that is empty here.
    if (!table || world[name].length === 0) continue;
    const planned = world[name] as unknown as Record<string, unknown>[];
    const { rows } = fillRows(table, planned, { tag, seed, existing: lookups });
    await writeRows(sql, description, name, rows);
  }
}

/**
 * Writes rows that all have the same columns. Columns that they do not have get their defaults.
 *
 * @param sql with the search path that the description was read with
 */
export async function writeRows(
  sql: postgres.Sql,
  { schema, tables }: SchemaDescription,
  name: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  const [first] = rows;
  const table = tables.find((each) => each.name === name);
  if (first === undefined || table === undefined) return;
  // Only the columns that are written: a row of the whole table would have nulls where a domain allows none.
  const typed = table.columns
    .filter((column) => column.name in first)
    .map((column) => `${quoteIdentifier(column.name)} ${column.type}`);
  const columns = sql(Object.keys(first));
  await sql`
    insert into ${sql(schema)}.${sql(name)} (${columns})
    select ${columns} from jsonb_to_recordset(${sql.json(rows as never)}) as r (${sql.unsafe(typed.join(', '))})`;
}
