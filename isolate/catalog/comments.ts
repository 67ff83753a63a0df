import type { Reader } from './object.ts';

export interface Comment {
  /** Address of the object. */
  readonly address: string;
  /** Null for the object itself. Quoted and qualified. */
  readonly column: string | null;
  readonly text: string;
}

/** Comments on everything that lies in the schema, without the one on the schema itself. */
export async function readComments({ sql, namespace }: Reader): Promise<Comment[]> {
  return sql<Comment[]>`
    select format('%s/%s', d.classoid::regclass, d.objoid) as address,
           case when d.objsubid > 0 then
             (select format('%I.%I.%I', n.nspname, c.relname, a.attname)
                from pg_class c join pg_namespace n on n.oid = c.relnamespace
                join pg_attribute a on a.attrelid = c.oid and a.attnum = d.objsubid
               where c.oid = d.objoid) end as column,
           d.description as text
      from pg_description d
      join (${placedObjects(sql)}) o on o.class = d.classoid and o.oid = d.objoid
     where o.namespace = ${namespace}`;
}

/** Objects of every schema with their class and the schema they lie in, directly or by what they belong to. */
export function placedObjects(sql: Reader['sql']) {
  return sql`
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
    union all select 'pg_cast'::regclass, k.oid, t.typnamespace from pg_cast k join pg_type t on t.oid = k.castsource
    union all select 'pg_attrdef'::regclass, d.oid, c.relnamespace
                from pg_attrdef d join pg_class c on c.oid = d.adrelid
    union all select 'pg_rewrite'::regclass, r.oid, c.relnamespace
                from pg_rewrite r join pg_class c on c.oid = r.ev_class
    union all select 'pg_trigger'::regclass, t.oid, c.relnamespace
                from pg_trigger t join pg_class c on c.oid = t.tgrelid
    union all select 'pg_policy'::regclass, p.oid, c.relnamespace
                from pg_policy p join pg_class c on c.oid = p.polrelid`;
}
