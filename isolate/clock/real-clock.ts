import type postgres from 'postgres';
import { loadScanner } from '../../sql/tokens.ts';
import type { Renaming } from '../rewrite/renaming.ts';
import { rewriteSql } from '../rewrite/rewrite.ts';
import { CLOCK_FUNCTION } from './create.ts';

/** A place in an isolated schema that asks the real clock. */
export interface RealClock {
  /** `function table_stress.is_open(uuid)`, `view table_stress.open_tables`. */
  readonly object: string;
  /** From 1, in the object's body or definition. */
  readonly line: number;
  readonly text: string;
  /**
   * `missed`: an expression that becomes the virtual clock's when a schema is cloned, and here did not; `reported`: one
   * that has no counterpart, which cloning reports and the user may have allowed.
   */
  readonly kind: 'missed' | 'reported';
}

interface Code {
  object: string;
  language: string;
  text: string;
}

/** No schema has this name, so nothing but clocks is found. */
export const nothingButClocks = (schema: string): Renaming => ({
  from: 'no schema of this name',
  to: schema,
  staying: new Set(),
  cloned: new Set(),
  wrappers: new Map(),
  virtualClock: true,
});

/**
 * Searches everything in an isolated schema that runs as SQL for the real clock: bodies of functions, defaults, checks,
 * views, policies and conditions of triggers.
 *
 * @param sql a transaction: it sets its search path for reading definitions
 */
export async function findRealClocks(sql: postgres.TransactionSql, schema: string): Promise<RealClock[]> {
  await loadScanner();
  const renaming = nothingButClocks(schema);
  const found: RealClock[] = [];
  for (const { object, language, text } of await codeOf(sql, schema)) {
    const { edits, findings } = rewriteSql(text, renaming, language === 'plpgsql' ? 'plpgsql' : 'sql');
    for (const { line, before } of edits) found.push({ object, line, text: before, kind: 'missed' });
    for (const finding of findings) {
      if (finding.kind !== 'leftover' || !/\bclock\b/.test(finding.reason)) continue;
      found.push({ object, line: finding.line, text: finding.text, kind: 'reported' });
    }
  }
  return found;
}

/** With pg_catalog alone on the search path, an unqualified `now()` in a definition is the real one. */
async function codeOf(sql: postgres.TransactionSql, schema: string): Promise<Code[]> {
  await sql`set local search_path = pg_catalog`;
  return sql<Code[]>`
    with space as (select oid from pg_namespace where nspname = ${schema}),
    relation as (select c.* from pg_class c, space where c.relnamespace = space.oid)
    select 'function ' || p.oid::regprocedure as object, l.lanname::text as language,
           coalesce(pg_get_function_sqlbody(p.oid), p.prosrc) as text
      from pg_proc p join pg_language l on l.oid = p.prolang, space
     where p.pronamespace = space.oid and l.lanname in ('sql', 'plpgsql')
       -- The virtual clock itself has to ask.
       and not (p.proname = ${CLOCK_FUNCTION} and p.pronargs = 0)
    union all
    select 'default of ' || d.adrelid::regclass || '.' || quote_ident(a.attname), 'sql', pg_get_expr(d.adbin, d.adrelid)
      from pg_attrdef d join relation r on r.oid = d.adrelid
      join pg_attribute a on a.attrelid = d.adrelid and a.attnum = d.adnum
    union all
    select 'constraint ' || quote_ident(k.conname) || ' of ' || k.conrelid::regclass, 'sql', pg_get_constraintdef(k.oid)
      from pg_constraint k join relation r on r.oid = k.conrelid where k.contype = 'c'
    union all
    select 'view ' || r.oid::regclass, 'sql', pg_get_viewdef(r.oid) from relation r where r.relkind in ('v', 'm')
    union all
    select 'policy ' || quote_ident(p.polname) || ' on ' || p.polrelid::regclass, 'sql',
           concat_ws(E'\\n', pg_get_expr(p.polqual, p.polrelid), pg_get_expr(p.polwithcheck, p.polrelid))
      from pg_policy p join relation r on r.oid = p.polrelid
    union all
    select 'trigger ' || quote_ident(t.tgname) || ' on ' || t.tgrelid::regclass, 'sql', pg_get_triggerdef(t.oid)
      from pg_trigger t join relation r on r.oid = t.tgrelid where not t.tgisinternal
    order by 1`;
}
