import { literal, namesOnPath } from '../../sql/quoting.ts';
import type { Ask } from '../connection/read-only.ts';
import type { Deployment, ForeignKey, Relation, Server, Trigger } from './deployment.ts';
import { readRoutines } from './routines.ts';
import { asJson, ownSchemas } from './sql.ts';

/** Reads from the catalog what the checks need to know of a database. Takes no lock on any table of its users. */
export async function readDeployment(ask: Ask, schema: string): Promise<Deployment> {
  return {
    schema,
    server: await readServer(ask, schema),
    relations: await asJson<Relation>(ask, relations),
    foreignKeys: await asJson<ForeignKey>(ask, foreignKeys),
    triggers: await asJson<Trigger>(ask, triggers),
    routines: await readRoutines(ask),
  };
}

async function readServer(ask: Ask, schema: string): Promise<Server> {
  const [row] = await asJson<Omit<Server, 'searchPath'> & { path: string }>(
    ask,
    `select current_setting('server_version') as version, current_user as role, pg_is_in_recovery() as replica,
            extract(epoch from now() - pg_last_xact_replay_timestamp())::float8 as "lagSeconds", now() as now,
            to_regnamespace(quote_ident(${literal(schema)})) is not null as "schemaExists",
            coalesce(has_schema_privilege(to_regnamespace(quote_ident(${literal(schema)}))::oid, 'usage'), false) as "schemaUsage",
            (select reset_val from pg_settings where name = 'search_path') as path`,
  );
  if (row === undefined) throw new Error('the server told nothing about itself');
  const { path, ...server } = row;
  return { ...server, searchPath: namesOnPath(path) };
}

/**
 * A policy that lets this role read every row hides none. Row-level security as a whole is `row_security_active`: it
 * knows of owners, FORCE, superusers and BYPASSRLS.
 */
const relations = `
  select c.oid::int8 as oid, n.nspname as schema, c.relname as name, c.relkind as kind,
         c.relkind in ('r', 'p') and row_security_active(c.oid) and not (
           exists (select from pg_policy p
                    where p.polrelid = c.oid and p.polpermissive and p.polcmd in ('r', '*')
                      and pg_get_expr(p.polqual, p.polrelid) = 'true'
                      and exists (select from unnest(p.polroles) r(oid)
                                   where r.oid = 0 or pg_has_role(r.oid, 'usage')))
           and not exists (select from pg_policy p
                            where p.polrelid = c.oid and not p.polpermissive and p.polcmd in ('r', '*'))
         ) as "hidesRows",
         array(select json_build_object('name', a.attname, 'type', format_type(a.atttypid, null),
                        'readable', has_column_privilege(c.oid, a.attnum, 'select'),
                        'hasDefault', a.atthasdef or a.attidentity <> '')
                 from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
                order by a.attnum) as columns,
         array(select distinct a.attname::text
                 from pg_index i
                 join pg_attribute a on a.attrelid = c.oid and a.attnum = any (i.indkey[0:i.indnkeyatts - 1])
                where i.indrelid = c.oid and i.indisunique and i.indexprs is null and i.indpred is null) as "keyColumns"
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'v', 'm', 'f') and ${ownSchemas('n')}
   order by 2, 3`;

const foreignKeys = `
  select f.conname as name, f.conrelid::int8 as child, f.confrelid::int8 as parent,
         array(select a.attname::text from unnest(f.conkey) with ordinality k(number, place)
                 join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.number order by k.place) as columns,
         f.condeferred as deferred
    from pg_constraint f
    join pg_class c on c.oid = f.conrelid join pg_namespace n on n.oid = c.relnamespace
   where f.contype = 'f' and f.conparentid = 0 and ${ownSchemas('n')}
   order by 2, 1`;

/** Bits of tgtype: 1 row, 2 before, 4 insert, 8 delete, 16 update, 32 truncate, 64 instead of. */
const triggers = `
  select t.tgname as name, t.tgrelid::int8 as relation, t.tgfoid::int8 as routine,
         case when t.tgtype & 64 <> 0 then 'instead of' when t.tgtype & 2 <> 0 then 'before' else 'after' end as timing,
         array_remove(array[case when t.tgtype & 4 <> 0 then 'insert' end, case when t.tgtype & 16 <> 0 then 'update' end,
                            case when t.tgtype & 8 <> 0 then 'delete' end, case when t.tgtype & 32 <> 0 then 'truncate' end],
                      null) as events,
         array(select a.attname::text from pg_attribute a
                where a.attrelid = t.tgrelid and a.attnum = any (t.tgattr::int2[])) as columns,
         t.tgenabled in ('O', 'A') as enabled, t.tgqual is not null as conditional,
         array_remove(array[t.tgnewtable::text, t.tgoldtable::text], null) as "transitionTables"
    from pg_trigger t
    join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
   where not t.tgisinternal and ${ownSchemas('n')}
   order by t.tgrelid, t.tgname`;
