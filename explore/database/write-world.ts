import type postgres from 'postgres';
import type { SchemaDescription } from '../../contracts/schema-description.ts';
import type { Origin } from '../../plan/builder.ts';
import { type World, worldTables } from '../../plan/world.ts';
import { fillRows } from '../../seed/fill.ts';
import type { Lookups } from '../../status-matrix/lookups.ts';
import { qualified } from '../../status-matrix/statements.ts';

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
    await writeRows(sql, description.schema, name, rows);
  }
}

/** Writes rows that all have the same columns. */
export async function writeRows(
  sql: postgres.Sql,
  schema: string,
  table: string,
  rows: readonly Record<string, unknown>[],
): Promise<void> {
  const [first] = rows;
  if (first === undefined) return;
  const columns = sql(Object.keys(first));
  const target = qualified(schema, table);
  await sql`
    insert into ${sql(schema)}.${sql(table)} (${columns})
    select ${columns} from jsonb_populate_recordset(null::${sql.unsafe(target)}, ${sql.json(rows as never)})`;
}
