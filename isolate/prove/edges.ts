import type postgres from 'postgres';
import type { Difference } from './compare.ts';

/**
 * Edges of pg_depend by which something in the clone still hangs on something of the source, other than on an
 * extension's object there.
 */
export async function edgesToSource(
  sql: postgres.TransactionSql,
  source: string,
  schema: string,
): Promise<Difference[]> {
  const rows = await sql<{ object: string; on: string }[]>`
    with placed as (
      select 'pg_class'::regclass as class, oid, relnamespace as namespace from pg_class
      union all select 'pg_proc'::regclass, oid, pronamespace from pg_proc
      union all select 'pg_type'::regclass, oid, typnamespace from pg_type
      union all select 'pg_constraint'::regclass, oid, connamespace from pg_constraint
      union all select 'pg_statistic_ext'::regclass, oid, stxnamespace from pg_statistic_ext
      union all select 'pg_operator'::regclass, oid, oprnamespace from pg_operator
      union all select 'pg_opclass'::regclass, oid, opcnamespace from pg_opclass
      union all select 'pg_opfamily'::regclass, oid, opfnamespace from pg_opfamily
      union all select 'pg_collation'::regclass, oid, collnamespace from pg_collation
      union all select 'pg_ts_config'::regclass, oid, cfgnamespace from pg_ts_config
      union all select 'pg_ts_dict'::regclass, oid, dictnamespace from pg_ts_dict
      union all select 'pg_attrdef'::regclass, d.oid, c.relnamespace from pg_attrdef d join pg_class c on c.oid = d.adrelid
      union all select 'pg_rewrite'::regclass, r.oid, c.relnamespace from pg_rewrite r join pg_class c on c.oid = r.ev_class
      union all select 'pg_trigger'::regclass, t.oid, c.relnamespace from pg_trigger t join pg_class c on c.oid = t.tgrelid
      union all select 'pg_policy'::regclass, p.oid, c.relnamespace from pg_policy p join pg_class c on c.oid = p.polrelid
    )
    select distinct pg_describe_object(d.classid, d.objid, 0) as object,
           pg_describe_object(d.refclassid, d.refobjid, 0) as on
      from pg_depend d
      join placed o on o.class = d.classid and o.oid = d.objid
      join placed r on r.class = d.refclassid and r.oid = d.refobjid
     where o.namespace = (select oid from pg_namespace where nspname = ${schema})
       and r.namespace = (select oid from pg_namespace where nspname = ${source})
       and not exists (select from pg_depend e
                        where e.classid = d.refclassid and e.objid = d.refobjid and e.deptype = 'e')
     order by 1, 2`;
  return rows.map(({ object, on }) => ({ object, text: `depends on ${on} of the deployed schema` }));
}
