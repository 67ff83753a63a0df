import { setTimeout as delay } from 'node:timers/promises';
import type postgres from 'postgres';
import { TargetError } from '../../contracts/errors.ts';
import { type ApiAccess, ask } from './api.ts';

/** Whether API and database URL lead to one database; undecided where nothing could be compared. */
export type SameDatabase = 'same' | 'undecided';

export interface SameDatabaseOptions {
  /** The deployed schema. */
  readonly source: string;
  /** Milliseconds between two looks at rows that may just be changing. Default 500. */
  readonly patienceMs?: number;
}

const rowsToCompare = 20;
const tablesToCompare = 4;
/** An application has some 40 tables, and most may be empty. */
const tablesToLookAt = 12;
const looks = 4;

interface Candidate {
  table: string;
  key: string[];
  /** Whether chance made its keys: rows that a migration inserts can be equal in two databases, to their last bit. */
  random: boolean;
}

/**
 * Compares rows of the deployed schema as the API and the database show them: their keys, the transaction that wrote
 * them and their place on disk. Writes nothing.
 *
 * @throws TargetError when they differ, or the API does not answer
 */
export async function proveSameDatabase(
  sql: postgres.Sql,
  api: ApiAccess,
  { source, patienceMs = 500 }: SameDatabaseOptions,
): Promise<SameDatabase> {
  let compared = 0;
  for (const candidate of await candidates(sql, source)) {
    if (compared === tablesToCompare) break;
    const outcome = await compare(sql, api, source, candidate, patienceMs);
    if (outcome === 'nothing to compare') continue;
    compared += 1;
    if (outcome === 'different') {
      throw new TargetError(
        `SUPABASE_DB_URL leads to another database than SUPABASE_URL: the rows of ${source}.${candidate.table} differ`,
        ['copy both from the dashboard of one project'],
      );
    }
    if (candidate.random) return 'same';
  }
  return 'undecided';
}

/** Tables with a primary key that can be asked for by plain names, those with random keys first. */
async function candidates(sql: postgres.Sql, source: string): Promise<Candidate[]> {
  const rows = await sql<Candidate[]>`
    select c.relname as table, array_agg(a.attname::text order by k.position) as key,
           bool_or(a.atttypid = 'uuid'::regtype) as random
      from pg_index i
      join pg_class c on c.oid = i.indrelid
      join pg_namespace n on n.oid = c.relnamespace
     cross join unnest(i.indkey::int2[]) with ordinality k (attribute, position)
      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.attribute
     where n.nspname = ${source} and i.indisprimary and c.relkind = 'r'
       and has_table_privilege(c.oid, 'select')
     group by c.oid, c.relname, c.reltuples
     order by random desc, c.relname = 'restaurants' desc, c.reltuples desc, c.relname`;
  const plain = (name: string) => /^[a-z_][a-z0-9_]*$/.test(name);
  return rows.filter(({ table, key }) => plain(table) && key.every(plain)).slice(0, tablesToLookAt);
}

async function compare(
  sql: postgres.Sql,
  api: ApiAccess,
  source: string,
  candidate: Candidate,
  patienceMs: number,
): Promise<'same' | 'different' | 'nothing to compare'> {
  for (let look = 1; ; look++) {
    const seen = await rowsByApi(api, source, candidate);
    const there = await rowsBySql(sql, source, candidate);
    if (seen === null || (seen.length === 0 && there.length === 0)) return 'nothing to compare';
    // One is enough: others may have been changed between the two looks.
    if (seen.some((row) => there.includes(row))) return 'same';
    if (look === looks) return 'different';
    await delay(patienceMs);
  }
}

/** @returns null when the API does not show this table */
async function rowsByApi(
  api: ApiAccess,
  source: string,
  { table, key }: Candidate,
): Promise<string[] | null> {
  const query = `select=${[...key, 'xmin', 'ctid'].join(',')}&order=${key.join(',')}&limit=${rowsToCompare}`;
  const answer = await ask(api, { path: `/${table}?${query}`, schema: source });
  if (answer.status !== 200 || !Array.isArray(answer.body)) return null;
  const rows = answer.body as Record<string, unknown>[];
  return rows.map((row) => JSON.stringify([...key, 'xmin', 'ctid'].map((column) => String(row[column]))));
}

async function rowsBySql(sql: postgres.Sql, source: string, { table, key }: Candidate): Promise<string[]> {
  const rows = await sql<{ row: string[] }[]>`
    select array[${sql(key)}]::text[] || array[xmin::text, ctid::text] as row
      from ${sql(source)}.${sql(table)} order by ${sql(key)} limit ${rowsToCompare}`;
  return rows.map(({ row }) => JSON.stringify(row));
}
