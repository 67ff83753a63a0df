import type { Reader } from './object.ts';

/** One right of one role on one object or column. */
export interface Privilege {
  /** Address of the object. */
  readonly address: string;
  /** How GRANT calls the object, for instance `table public.bookings`. */
  readonly on: string;
  /** Quoted; null for the whole object. */
  readonly column: string | null;
  readonly privilege: string;
  /** `public`, a quoted role, or null for the owner of the object, whoever that is. */
  readonly grantee: string | null;
  readonly grantable: boolean;
  /** Another role than the owner, when one granted it. */
  readonly grantor: string | null;
}

/**
 * Who may do what with the objects of the schema and with the schema itself. An object without an access control list
 * has PostgreSQL's default one.
 */
export async function readPrivileges({ sql, namespace, members }: Reader): Promise<Privilege[]> {
  const rows = await sql<Privilege[]>`
    with acls as (
      select 'pg_namespace/' || n.oid as address, format('schema %I', n.nspname) as on, null as column,
             n.nspowner as owner, coalesce(n.nspacl, acldefault('n', n.nspowner)) as acl
        from pg_namespace n where n.oid = ${namespace}
      union all
      select 'pg_class/' || c.oid,
             format('%s %I.%I', case c.relkind when 'S' then 'sequence' else 'table' end, n.nspname, c.relname),
             null, c.relowner,
             coalesce(c.relacl, acldefault(case c.relkind when 'S' then 's' else 'r' end::"char", c.relowner))
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where c.relnamespace = ${namespace} and c.relkind in ('r', 'p', 'v', 'm', 'S')
      union all
      select 'pg_class/' || c.oid, format('table %I.%I', n.nspname, c.relname), quote_ident(a.attname), c.relowner,
             a.attacl
        from pg_attribute a join pg_class c on c.oid = a.attrelid join pg_namespace n on n.oid = c.relnamespace
       where c.relnamespace = ${namespace} and c.relkind in ('r', 'p', 'v', 'm') and not a.attisdropped
         and a.attacl is not null
      union all
      select 'pg_proc/' || p.oid,
             format('routine %I.%I(%s)', n.nspname, p.proname,
                    (select string_agg(format_type(x.type, null), ', ' order by x.place)
                       from unnest(p.proargtypes::oid[]) with ordinality x(type, place))),
             null, p.proowner, coalesce(p.proacl, acldefault('f', p.proowner))
        from pg_proc p join pg_namespace n on n.oid = p.pronamespace
       where p.pronamespace = ${namespace}
         and not exists (select from pg_depend d
                          where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'i')
      union all
      select 'pg_type/' || t.oid, format('type %I.%I', n.nspname, t.typname), null, t.typowner,
             coalesce(t.typacl, acldefault('T', t.typowner))
        from pg_type t join pg_namespace n on n.oid = t.typnamespace left join pg_class c on c.oid = t.typrelid
       where t.typnamespace = ${namespace} and (t.typtype in ('e', 'd', 'r') or c.relkind = 'c')
    )
    select a.address, a.on, a.column, e.privilege_type as privilege, bool_or(e.is_grantable) as grantable,
           case when e.grantee = 0 then 'public' when e.grantee <> a.owner
                then quote_ident(pg_get_userbyid(e.grantee)) end as grantee,
           max(case when e.grantor <> a.owner then quote_ident(pg_get_userbyid(e.grantor)) end) as grantor
      from acls a, aclexplode(a.acl) e
     group by a.address, a.on, a.column, a.owner, e.privilege_type, e.grantee`;
  return rows.filter(({ address }) => !members.has(address));
}
