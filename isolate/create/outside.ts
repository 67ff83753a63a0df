import type postgres from 'postgres';
import { namesOnPath } from '../../sql/quoting.ts';
import type { Catalog } from '../catalog/read.ts';
import { mentionsIn, wordsOf } from './mentions.ts';

/** A function or view of a schema that is not cloned. */
export interface Outside {
  /** As in pg_depend, `pg_proc/16401`. */
  readonly address: string;
  /** Qualified and not quoted, as it is mentioned. */
  readonly name: string;
  /** What comes of using it in the clone. */
  readonly harm: string;
  /** It may change something, not only read. */
  readonly writes: boolean;
}

interface OutsideRow {
  address: string;
  schema: string;
  name: string;
  body: string;
  path: string | null;
  volatile: boolean;
  extension: string | null;
}

const WRITING = new Set(['insert', 'update', 'delete', 'merge', 'truncate', 'nextval', 'setval']);

/** Extensions whose functions act outside the transaction, and how. */
const ACTING: ReadonlyMap<string, string> = new Map([
  ['dblink', 'opens a connection of its own, whose rights are not those of the clone'],
  ['http', 'sends requests: the load would send them to the real address'],
  ['pgmq', 'uses the real queues, which are not cloned'],
]);

/**
 * Functions and views of other schemas that lead the clone out of itself: they name the deployed schema, write
 * somewhere, or use others that do.
 */
export async function harmfulOutside(
  sql: postgres.TransactionSql,
  schemas: ReadonlySet<string>,
  { schema: source, names, staying }: Pick<Catalog, 'schema' | 'names' | 'staying'>,
): Promise<Map<string, Outside>> {
  const rows = await readOutside(sql, schemas);
  const found = new Map<string, Outside>();
  const waiting: { row: OutsideRow; name: string; uses: Set<string> }[] = [];
  for (const row of rows) {
    const name = `${row.schema}.${row.name}`;
    const add = (harm: string, writes: boolean) =>
      found.set(row.address, { address: row.address, name, harm, writes });
    if (row.extension !== null) {
      const harm = ACTING.get(row.extension);
      if (harm !== undefined) add(harm, true);
      continue;
    }
    const path = row.path === null ? [] : namesOnPath(row.path);
    const words = wordsOf(row.body);
    const named = mentionsIn(row.body, new Set([source])).some((each) => !staying.has(each.name));
    if (named || (path.includes(source) && words.some((word) => word !== '' && names.has(word))))
      add(`is not cloned and reaches the real tables of ${source}`, row.volatile);
    else if (words.includes('execute'))
      add('is not cloned and runs SQL that it puts together itself', row.volatile);
    else if (row.volatile && words.some((word) => WRITING.has(word)))
      add('is not cloned and may write to what is real', true);
    else waiting.push({ row, name, uses: usesOf(row, path, schemas) });
  }
  for (let size = -1; size !== found.size; ) {
    size = found.size;
    for (const { row, name, uses } of waiting) {
      if (found.has(row.address)) continue;
      const used = [...found.values()].find((each) => uses.has(each.name));
      if (used === undefined) continue;
      const harm = `leads on to ${used.name}, which ${used.harm}`;
      found.set(row.address, { address: row.address, name, harm, writes: used.writes && row.volatile });
    }
  }
  return found;
}

/** What a body uses of other schemas: qualified, or by its search path. */
export function usesOf(
  { body }: { body: string },
  path: readonly string[],
  schemas: ReadonlySet<string>,
): Set<string> {
  const uses = new Set(mentionsIn(body, schemas).map(({ schema, name }) => `${schema}.${name}`));
  const searched = path.filter((each) => schemas.has(each));
  if (searched.length > 0)
    for (const word of wordsOf(body))
      if (/^[a-z_]/.test(word)) for (const each of searched) uses.add(`${each}.${word}`);
  return uses;
}

async function readOutside(
  sql: postgres.TransactionSql,
  schemas: ReadonlySet<string>,
): Promise<OutsideRow[]> {
  return sql<OutsideRow[]>`
    select 'pg_proc/' || p.oid as address, n.nspname as schema, p.proname as name,
           concat_ws(' ', pg_get_function_arguments(p.oid) || ';', pg_get_function_result(p.oid) || ';',
                     coalesce(pg_get_function_sqlbody(p.oid), p.prosrc)) as body,
           (select substr(s, 13) from unnest(p.proconfig) s where s like 'search_path=%') as path,
           p.provolatile = 'v' as volatile,
           (select x.extname from pg_depend d join pg_extension x on x.oid = d.refobjid
             where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e') as extension
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace join pg_language l on l.oid = p.prolang
     where n.nspname = any (${[...schemas]}::text[]) and p.prokind in ('f', 'p')
       and (l.lanname in ('sql', 'plpgsql')
            or exists (select from pg_depend d join pg_extension x on x.oid = d.refobjid
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e'
                          and x.extname = any (${[...ACTING.keys()]}::text[])))
    union all
    select 'pg_class/' || c.oid, n.nspname, c.relname, pg_get_viewdef(c.oid), null, false,
           (select x.extname from pg_depend d join pg_extension x on x.oid = d.refobjid
             where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = any (${[...schemas]}::text[]) and c.relkind in ('v', 'm')`;
}
