import type postgres from 'postgres';

type Sql = postgres.Sql | postgres.TransactionSql;

/**
 * What `DROP SCHEMA … CASCADE` would take along outside the schema: views over its tables, columns of its types,
 * foreign keys into it, extensions installed in it.
 *
 * @returns each as PostgreSQL describes it: `view public.open_tables`
 */
export async function outsideDependents(sql: Sql, schema: string): Promise<string[]> {
  const rows = await sql<{ object: string }[]>`
    with recursive fallen (classid, objid, objsubid) as (
      select 'pg_namespace'::regclass::oid, oid, 0 from pg_namespace where nspname = ${schema}
      union
      select d.classid, d.objid, d.objsubid
        from pg_depend d
        join fallen f on d.refclassid = f.classid and d.refobjid = f.objid
                     and (f.objsubid = 0 or d.refobjsubid in (0, f.objsubid))
       where d.deptype <> 'e'
    ), named as (
      select i.type, i.identity, i.schema, a.object_names, f.classid, f.objid
        from fallen f,
             pg_identify_object(f.classid, f.objid, f.objsubid) i,
             pg_identify_object_as_address(f.classid, f.objid, f.objsubid) a
    ), homed as (
      select case when view is null then type else 'view' end as type, coalesce(view, identity) as identity,
             case when type in ('trigger', 'rule', 'policy', 'default value', 'table constraint')
                  then quote_ident(object_names[1])
                  when type = 'domain constraint'
                  then (select quote_ident(n.nspname) from pg_constraint c
                          join pg_namespace n on n.oid = c.connamespace
                         where c.oid = named.objid and named.classid = 'pg_constraint'::regclass)
                  when type = 'schema' then identity
                  else schema end as home
        from named
             -- A view hangs by its rule, which nobody knows by name.
             left join lateral (
               select (pg_identify_object('pg_class'::regclass, ev_class, 0)).identity as view from pg_rewrite r
                where r.oid = named.objid and named.classid = 'pg_rewrite'::regclass and r.rulename = '_RETURN'
             ) of_view on true
       where not (type = 'trigger' and exists (
                    select from pg_trigger t where t.oid = named.objid and t.tgisinternal))
         -- Types of rows and arrays go with what they are of, which is named.
         and not (type = 'type' and exists (
                    select from pg_type t where t.oid = named.objid
                       and (t.typcategory = 'A' or coalesce((select relkind from pg_class where oid = t.typrelid), 'c') <> 'c')))
         and type not in ('view column', 'materialized view column')
         -- They only say that an object inside takes part in something: nothing else goes with them.
         and type not in ('publication relation', 'publication namespace', 'default acl', 'operator of access method',
                          'function of access method', 'cast', 'transform')
    )
    select distinct type || ' ' || identity as object from homed
     where home is distinct from quote_ident(${schema}) and coalesce(home, '') <> 'pg_toast'
     order by 1`;
  return rows.map(({ object }) => object);
}

/** What a role owns in this database outside a schema, and whether it owns something in another database. */
export async function otherPossessions(sql: Sql, role: string, schema: string): Promise<string[]> {
  const rows = await sql<{ object: string }[]>`
    with owned as (
      select d.dbid, d.classid, d.objid, d.objsubid from pg_shdepend d
       where d.refclassid = 'pg_authid'::regclass and d.deptype = 'o'
         and d.refobjid = (select oid from pg_roles where rolname = ${role})
    )
    select i.type || ' ' || i.identity as object
      from owned o, pg_identify_object(o.classid, o.objid, o.objsubid) i
     where o.dbid in (0, (select oid from pg_database where datname = current_database()))
       and i.type <> 'default acl'
       and coalesce(case when i.type = 'schema' then i.identity else i.schema end, '')
             not in (quote_ident(${schema}), 'pg_toast')
    union
    select 'something in the database ' || d.datname from owned o join pg_database d on d.oid = o.dbid
     where d.datname <> current_database()
     order by 1`;
  return rows.map(({ object }) => object);
}
