import type postgres from 'postgres';
import { readExposedSchemas } from '../expose/exposed-schemas.ts';
import type { Api } from '../expose/rest.ts';
import { namesIn } from '../expose/schema-list.ts';
import { readSettings } from '../expose/setting.ts';

/** What is left of an isolated schema. */
export interface Remains {
  readonly schema: boolean;
  readonly role: boolean;
  /** Settings of PostgREST's login role that name the schema, as SQL that removes it by hand would address them. */
  readonly settings: readonly string[];
  /** Whether PostgREST lists it; null when it could not be asked. */
  readonly served: boolean | null;
  /** Objects on which the role still has rights: `schema extensions`. */
  readonly grants: readonly string[];
}

/** Looks at the database and PostgREST themselves, not at what was done. */
export async function remainsOf(
  sql: postgres.Sql,
  api: Api | null,
  names: { schema: string; role: string; loginRole: string },
): Promise<Remains> {
  const { schema, role, loginRole } = names;
  const [row] = await sql<{ schema: boolean; role: boolean }[]>`
    select exists (select from pg_namespace where nspname = ${schema}) as schema,
           exists (select from pg_roles where rolname = ${role}) as role`;
  const grants = await sql<{ object: string }[]>`
    select distinct i.type || ' ' || i.identity as object
      from pg_shdepend d, pg_identify_object(d.classid, d.objid, d.objsubid) i
     where d.refclassid = 'pg_authid'::regclass and d.deptype = 'a'
       and d.refobjid = (select oid from pg_roles where rolname = ${role})
       and d.dbid in (0, (select oid from pg_database where datname = current_database()))
     order by 1`;
  const settings = (await readSettings(sql, loginRole))
    .filter(({ value }) => value !== null && namesIn(value).includes(schema))
    .map(({ database }) => `${loginRole}${database === null ? '' : ` in database ${database}`}`);
  const exposed = api && (await readExposedSchemas(api, 5_000).catch(() => null));
  return {
    schema: row?.schema ?? false,
    role: row?.role ?? false,
    settings,
    served: exposed?.includes(schema) ?? null,
    grants: grants.map(({ object }) => object),
  };
}

/** What is left, in words; empty when nothing is. */
export function describeRemains(remains: Remains, names: { schema: string; role: string }): string[] {
  const { schema, role } = names;
  return [
    ...(remains.schema ? [`the schema ${schema} is still there`] : []),
    ...(remains.role ? [`the role ${role} is still there`] : []),
    ...remains.settings.map((place) => `pgrst.db_schemas of ${place} still names ${schema}`),
    ...remains.grants.map((object) => `the role ${role} still has rights on ${object}`),
  ];
}
