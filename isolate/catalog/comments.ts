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
     where (d.classoid = 'pg_class'::regclass
              and exists (select from pg_class where oid = d.objoid and relnamespace = ${namespace}))
        or (d.classoid = 'pg_proc'::regclass
              and exists (select from pg_proc where oid = d.objoid and pronamespace = ${namespace}))
        or (d.classoid = 'pg_type'::regclass
              and exists (select from pg_type where oid = d.objoid and typnamespace = ${namespace}))
        or (d.classoid = 'pg_constraint'::regclass
              and exists (select from pg_constraint where oid = d.objoid and connamespace = ${namespace}))
        or (d.classoid = 'pg_statistic_ext'::regclass
              and exists (select from pg_statistic_ext where oid = d.objoid and stxnamespace = ${namespace}))
        or (d.classoid = 'pg_trigger'::regclass
              and exists (select from pg_trigger t join pg_class c on c.oid = t.tgrelid
                           where t.oid = d.objoid and c.relnamespace = ${namespace}))
        or (d.classoid = 'pg_rewrite'::regclass
              and exists (select from pg_rewrite r join pg_class c on c.oid = r.ev_class
                           where r.oid = d.objoid and c.relnamespace = ${namespace}))
        or (d.classoid = 'pg_policy'::regclass
              and exists (select from pg_policy p join pg_class c on c.oid = p.polrelid
                           where p.oid = d.objoid and c.relnamespace = ${namespace}))`;
}
