import type postgres from 'postgres';
import type { Check } from '../../checks.ts';
import { readGrants } from '../grants.ts';
import { type PostgrestSetting, readPostgrestSettings, readRights } from '../rights.ts';
import { limitsTable, readTimeLimits } from '../time-limits.ts';
import { fail, ok, warn } from './check.ts';
import { exposeByHand } from './check-api.ts';
import type { Schemas } from './check-staging.ts';

/** What the connection's role may do of what a run needs. */
export async function checkRights(
  sql: postgres.Sql,
  { isolated, project }: Schemas,
  exposedSchemas: readonly string[],
): Promise<Check[]> {
  const rights = await readRights(sql);
  const may = [
    rights.createSchema ? null : 'create a schema',
    rights.createRole ? null : 'create a role',
  ].filter((missing) => missing !== null);
  const rightsCheck =
    may.length === 0
      ? ok('rights', `${rights.role} may create schemas and roles`)
      : fail(
          'rights',
          `${rights.role} may not ${may.join(' or ')}`,
          'connect as postgres, the role of the connection string in the dashboard',
        );
  if (rights.expose) return [rightsCheck, ok('right to expose', `${rights.role} may set pgrst.db_schemas`)];
  if (rights.expose === null) {
    const detail = `could not be tried (${rights.exposeProblem})`;
    return [rightsCheck, warn('right to expose', detail, 'run doctor again when nobody else is at it')];
  }
  return [
    rightsCheck,
    warn(
      'right to expose',
      `${rights.role} may not set pgrst.db_schemas (${rights.exposeProblem})`,
      `expose the schema by hand before a run: ${exposeByHand(project, [...new Set([...exposedSchemas, isolated])]).join('; ')}`,
    ),
  ];
}

/** Settings of PostgREST's login role, which override the dashboard's without a word. */
export async function checkOverrides(
  sql: postgres.Sql,
): Promise<{ check: Check; ruling: PostgrestSetting | null }> {
  const settings = await readPostgrestSettings(sql);
  const name = 'role settings';
  const ruling = settings.find((setting) => setting.name === 'pgrst.db_schemas') ?? null;
  const shown = settings.map((setting) => `${setting.name} = '${setting.value}'`).join(', ');
  const ours = ruling === null ? [] : await ourSchemas(sql, ruling.value);
  if (ruling !== null && ours.length > 0) {
    return {
      check: warn(
        name,
        `authenticator has ${shown}: ${ours.join(', ')} is ours, of a run that goes on or crashed, or of isolate`,
        'npm run stress -- teardown --all --target staging removes what runs left, isolate --drop one that stays',
      ),
      ruling,
    };
  }
  if (ruling !== null) {
    const where = inDatabase(ruling);
    const fix = `if nobody wants that: ALTER ROLE authenticator${where} RESET pgrst.db_schemas; NOTIFY pgrst, 'reload config'`;
    return {
      check: warn(name, `authenticator has ${shown}: it hides the dashboard's list of schemas`, fix),
      ruling,
    };
  }
  const detail = settings.length === 0 ? 'none of PostgREST on authenticator: the dashboard rules' : shown;
  return { check: ok(name, detail), ruling };
}

/** Exposed schemas whose comment is a marker of ours. */
async function ourSchemas(sql: postgres.Sql, list: string): Promise<string[]> {
  const rows = await sql<{ name: string }[]>`
    select nspname as name from pg_namespace
     where nspname in ${sql(list.split(',').map((name) => name.trim()))}
       and obj_description(oid, 'pg_namespace') like 'table-stress:%'`;
  return rows.map(({ name }) => name);
}

/** What service_role may do in the deployed schema, and in the isolated one when it is there. */
export async function checkGrants(sql: postgres.Sql, schema: string, required: boolean): Promise<Check[]> {
  const name = `grants on ${schema}`;
  const grants = await readGrants(sql, schema);
  if (grants === null) {
    return required
      ? [fail(name, `there is no schema ${schema}`, 'name the deployed schema: --source-schema NAME')]
      : [ok(name, 'not there yet: a run makes it')];
  }
  const missing = [
    ...(grants.usage ? [] : [`GRANT USAGE ON SCHEMA ${schema} TO service_role`]),
    ...grants.functions
      .filter(({ execute }) => !execute)
      .map(({ signature }) => `GRANT EXECUTE ON FUNCTION ${schema}.${signature} TO service_role`),
  ];
  if (missing.length > 0) return [fail(name, 'service_role may not call the functions', missing.join('; '))];
  if (grants.functions.length === 0) {
    return [fail(name, 'none of the functions under test is there', 'deploy the application first')];
  }
  return [ok(name, `service_role may call ${grants.functions.map(({ signature }) => signature).join(', ')}`)];
}

/** The effective time limits by role, which no answer of the API tells. */
export async function checkTimeLimits(sql: postgres.Sql): Promise<Check> {
  const limits = await readTimeLimits(sql);
  const service = limits.find(({ role }) => role === 'service_role')?.statement_timeout.ms ?? null;
  const words = service === null ? 'not known' : service === 0 ? 'without a limit' : `${service / 1_000} s`;
  return ok('time limits', `a call of service_role: ${words}`, limitsTable(limits));
}

/** How much real data is beside the isolated schema. */
export async function checkData(sql: postgres.Sql, source: string): Promise<Check> {
  const [row] = await sql<{ rows: string; tables: string }[]>`
    select coalesce(sum(greatest(c.reltuples, 0)), 0)::bigint as rows, count(*) as tables
      from pg_class c join pg_namespace n on n.oid = c.relnamespace
     where n.nspname = ${source} and c.relkind in ('r', 'p')`;
  return ok(
    'data',
    `about ${row?.rows ?? 0} rows in ${row?.tables ?? 0} tables of ${source}: load never goes there; whether the project is a branch cannot be seen from inside`,
  );
}

/** SQL that takes back by hand what a run changes in a project and takes back itself. */
export async function checkUndo(
  sql: postgres.Sql,
  { isolated }: Schemas,
  ruling: PostgrestSetting | null,
): Promise<Check> {
  const [row] = await sql<{ owner: string }[]>`
    select pg_get_userbyid(nspowner) as owner from pg_namespace where nspname = ${isolated}`;
  const before = await exposedBefore(sql, isolated, ruling);
  const change = before === null ? 'RESET pgrst.db_schemas' : `SET pgrst.db_schemas = '${before}'`;
  const owner = row?.owner ?? `${isolated}_owner`;
  return ok('undo', 'a run changes only this, and takes it back itself; by hand:', [
    `ALTER ROLE authenticator${ruling === null ? '' : inDatabase(ruling)} ${change};`,
    "NOTIFY pgrst, 'reload config'; NOTIFY pgrst, 'reload schema';",
    `DROP SCHEMA IF EXISTS "${isolated}" CASCADE;`,
    `DROP OWNED BY "${owner}";`,
    `DROP ROLE IF EXISTS "${owner}";`,
  ]);
}

/** The setting without us: what the isolated schema's comment recorded before it was changed, else what is there now. */
async function exposedBefore(
  sql: postgres.Sql,
  isolated: string,
  ruling: PostgrestSetting | null,
): Promise<string | null> {
  const [row] = await sql<{ comment: string | null }[]>`
    select obj_description(oid, 'pg_namespace') as comment from pg_namespace where nspname = ${isolated}`;
  const marker = row?.comment?.split('\n').find((line) => line.startsWith('{'));
  try {
    const { exposure } = JSON.parse(marker ?? '{}') as { exposure?: { before?: string | null } };
    if (exposure?.before !== undefined) return exposure.before;
  } catch {
    // Somebody else's comment.
  }
  return ruling?.value ?? null;
}

function inDatabase({ database }: PostgrestSetting): string {
  return database === null ? '' : ` IN DATABASE "${database}"`;
}
