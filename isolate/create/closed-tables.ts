import type postgres from 'postgres';
import type { IsolationFinding } from '../../contracts/manifest.ts';
import type { CatalogObject } from '../catalog/object.ts';
import { type Mention, unique } from './mentions.ts';

/** Tables of other schemas that functions with their owner's rights name, and that the new owner may not read. */
export async function unreachableTables(
  sql: postgres.TransactionSql,
  role: string,
  mentions: readonly { object: CatalogObject; mention: Mention }[],
): Promise<IsolationFinding[]> {
  const definers = mentions.filter(({ object }) => object.routine?.securityDefiner);
  if (definers.length === 0) return [];
  const named = unique(definers.map(({ mention }) => mention));
  const rows = await sql<{ name: string }[]>`
    select n.nspname || '.' || c.relname as name
      from unnest(${named.map(({ schema }) => schema)}::text[], ${named.map(({ name }) => name)}::text[]) m(schema, name)
      join pg_namespace n on n.nspname = m.schema
      join pg_class c on c.relnamespace = n.oid and c.relname = m.name and c.relkind in ('r', 'p', 'v', 'm', 'f')
     where not (has_schema_privilege(${role}, n.oid, 'usage')
                and has_table_privilege(${role}, c.oid, 'select'))`;
  const closed = new Set(rows.map((row) => row.name));
  const findings = new Map<string, IsolationFinding>();
  for (const { object, mention } of definers) {
    const name = `${mention.schema}.${mention.name}`;
    if (!closed.has(name)) continue;
    findings.set(`${object.id} ${name}`, {
      object: object.id,
      kind: 'note',
      line: 1,
      text: name,
      reason: 'the owner of the clone may not read this table: the function fails there',
    });
  }
  return [...findings.values()];
}

/** Views that read tables of other schemas with their owner's rights, which the new owner lacks. */
export async function viewsOfClosedTables(
  sql: postgres.TransactionSql,
  { source, role }: { source: string; role: string },
): Promise<IsolationFinding[]> {
  const rows = await sql<{ object: string; name: string }[]>`
    select distinct format('%s %I', case v.relkind when 'm' then 'materialized view' else 'view' end, v.relname) as object,
           tn.nspname || '.' || t.relname as name
      from pg_class v
      join pg_rewrite r on r.ev_class = v.oid
      join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid and d.refclassid = 'pg_class'::regclass
      join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
     where v.relnamespace = (select oid from pg_namespace where nspname = ${source}) and v.relkind in ('v', 'm')
       and t.relnamespace <> v.relnamespace and tn.nspname !~ '^pg_' and tn.nspname <> 'information_schema'
       and not coalesce(v.reloptions && array['security_invoker=true', 'security_invoker=on', 'security_invoker=1'], false)
       and not has_any_column_privilege(${role}, t.oid, 'select')
     order by 1, 2`;
  return rows.map(({ object, name }) => ({
    object,
    kind: 'note',
    line: null,
    text: name,
    reason: 'the owner of the clone may not read this table: the view fails there',
  }));
}
