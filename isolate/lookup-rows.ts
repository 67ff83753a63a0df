import type postgres from 'postgres';
import { TargetError, UsageError } from '../contracts/errors.ts';

/** More rows than this are data, not a lookup table. */
const MAX_ROWS = 1000;

/** Tables that the plan, or the functions under test, fill: their deployed rows are nobody's business. */
const tablesOfTheDomain = [
  'restaurants',
  'zones',
  'allowed_capacities',
  'table_inventory',
  'table_adjacencies',
  'customers',
  'bookings',
  'booking_slots',
  'allocations',
  'booking_table_assignments',
  'booking_assignment_idempotency',
  'table_holds',
  'table_hold_members',
  'table_hold_windows',
];

export interface CopiedTable {
  table: string;
  rows: number;
}

/**
 * Copies the rows of lookup tables into the clone: small tables that others refer to by foreign key, and that themselves
 * hang on nothing of the domain, like a table of booking types. Without them no row that names one could be seeded.
 *
 * @param sql a transaction in which both schemas exist
 * @param extra tables to be copied besides, by name
 * @throws UsageError when a table of `extra` does not exist; TargetError when one is too large
 */
export async function copyLookupRows(
  sql: postgres.TransactionSql,
  source: string,
  schema: string,
  extra: readonly string[] = [],
): Promise<CopiedTable[]> {
  const tables = await tablesOf(sql, source);
  const unknown = extra.filter((name) => !tables.has(name));
  if (unknown.length > 0) {
    throw new UsageError(`--copy ${unknown.join(', ')}: no such table in schema ${source}`, [
      'name a table as it is in the catalog, without its schema',
    ]);
  }
  const chosen = inOrder(tables, lookups(tables), extra);
  if (chosen.length === 0) return [];
  await withoutTriggers(sql);
  const copied: CopiedTable[] = [];
  for (const name of chosen) {
    const { columns: names, only } = tables.get(name) as SourceTable;
    const from = only ? sql`only ${sql(source)}.${sql(name)}` : sql`${sql(source)}.${sql(name)}`;
    const [count] = await sql<{ rows: number }[]>`
      select count(*)::int as rows from (select from ${from} limit ${MAX_ROWS + 1}) t`;
    const rows = count?.rows ?? 0;
    if (rows > MAX_ROWS) {
      if (!extra.includes(name)) continue;
      throw new TargetError(`--copy ${name}: has more than ${MAX_ROWS} rows, which is no lookup table`);
    }
    if (rows === 0) continue;
    const columns = sql(names);
    await sql`
      insert into ${sql(schema)}.${sql(name)} (${columns}) overriding system value
      select ${columns} from ${from}`;
    copied.push({ table: name, rows });
  }
  await sql`set local session_replication_role = default`.catch(() => {});
  return copied;
}

interface SourceTable {
  columns: string[];
  /** Tables of the same schema that it refers to. */
  references: string[];
  /** Rows of inheriting tables are their own. */
  only: boolean;
}

async function tablesOf(sql: postgres.TransactionSql, source: string): Promise<Map<string, SourceTable>> {
  const rows = await sql<
    { name: string; columns: string[] | null; references: string[] | null; only: boolean }[]
  >`
    select c.relname as name, c.relkind = 'r' as only,
           (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
             where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
           (select array_agg(distinct r.relname::text) from pg_constraint k join pg_class r on r.oid = k.confrelid
             where k.conrelid = c.oid and k.contype = 'f' and r.relnamespace = c.relnamespace
               and r.oid <> c.oid) as references
      from pg_class c
     where c.relnamespace = ${source}::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
       and not exists (select from pg_depend d
                        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by c.relname`;
  return new Map(
    rows.map(({ name, columns, references, only }) => [
      name,
      { columns: columns ?? [], references: references ?? [], only },
    ]),
  );
}

/** Tables that others refer to and that hang on nothing of the domain, however indirectly. */
function lookups(tables: ReadonlyMap<string, SourceTable>): string[] {
  const referred = new Set([...tables.values()].flatMap(({ references }) => references));
  const hangs = (name: string, seen: ReadonlySet<string>): boolean => {
    if (tablesOfTheDomain.includes(name)) return true;
    if (seen.has(name)) return false;
    const further = new Set([...seen, name]);
    return (tables.get(name)?.references ?? []).some((other) => hangs(other, further));
  };
  return [...referred].filter((name) => tables.has(name) && !hangs(name, new Set()));
}

/** Tables before those that refer to them, with all that the extra ones need. */
function inOrder(
  tables: ReadonlyMap<string, SourceTable>,
  found: readonly string[],
  extra: readonly string[],
): string[] {
  const ordered: string[] = [];
  const visit = (name: string, path: ReadonlySet<string>): void => {
    if (ordered.includes(name) || path.has(name)) return;
    for (const other of tables.get(name)?.references ?? []) visit(other, new Set([...path, name]));
    ordered.push(name);
  };
  for (const name of [...found, ...extra].sort()) visit(name, new Set());
  return ordered;
}

/** Rows are copied as they are: triggers would change them or write more. Where that is not allowed, triggers run. */
async function withoutTriggers(sql: postgres.TransactionSql): Promise<void> {
  await sql.savepoint((savepoint) => savepoint`set local session_replication_role = replica`).catch(() => {});
}
