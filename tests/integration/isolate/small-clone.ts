import postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import { TargetError } from '../../../contracts/errors.ts';
import { readExposedSchemas } from '../../../isolate/expose/exposed-schemas.ts';
import { functionUnderTest } from '../../../isolate/expose/served.ts';
import type { Marker } from '../../../isolate/marker.ts';
import { readMarker, writeMarker } from '../../../isolate/marker-store.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';
import { pollUntil } from '../../../target/polling.ts';

/** An empty project, and a schema as the clone stage leaves it, but small. */
export interface SmallProject {
  readonly target: EmbeddedSupabase;
  /** As the application's role, which is no superuser. */
  readonly sql: postgres.Sql;
  readonly superuser: postgres.Sql;
  stop(): Promise<void>;
}

export async function startSmallProject(migrations?: string): Promise<SmallProject> {
  const target = await startEmbedded({ migrations });
  const sql = await connectDatabase(target.databaseUrl, 'test');
  const superuser = postgres(target.superuserUrl, { max: 1, onnotice: () => {} });
  return {
    target,
    sql,
    superuser,
    async stop() {
      await Promise.all([sql.end({ timeout: 2 }), superuser.end({ timeout: 2 })]);
      await target.stop();
    },
  };
}

export const patience = { intervalMs: 50, deadlineMs: 60_000, renotifyMs: 1_000 };
/** For a PostgREST that will not follow. */
export const impatience = { intervalMs: 50, deadlineMs: 1_000, renotifyMs: 300 };

export function markerOf(schema: string, more: Partial<Marker> = {}): Marker {
  return {
    v: 1,
    tool: 'table-stress',
    project: 'local',
    source: 'public',
    schema,
    role: `${schema}_owner`,
    created_at: '2026-01-05T09:00:00.000Z',
    fingerprint: 'a'.repeat(64),
    purpose: 'run',
    run: 'abcdef01',
    clock: 'real',
    ...more,
  };
}

/** Makes the schema, its owner and its marker, as one transaction. */
export async function makeClone(
  sql: postgres.Sql,
  schema: string,
  more: Partial<Marker> = {},
): Promise<Marker> {
  const marker = markerOf(schema, more);
  const parameters = functionUnderTest.parameters.map((name, i) => `${name} ${i === 0 ? 'uuid' : 'text'}`);
  await sql.begin(async (transaction) => {
    await transaction.unsafe(`
      create role ${marker.role} nologin;
      grant ${marker.role} to postgres;
      grant usage on schema extensions to ${marker.role};
      create schema ${schema} authorization ${marker.role};
      set local role ${marker.role};
      create type ${schema}.mood as enum ('calm', 'loud');
      create table ${schema}.tables (id int primary key, feeling ${schema}.mood, name text default 'x');
      create view ${schema}.calm as select * from ${schema}.tables where feeling = 'calm';
      create function ${schema}.${functionUnderTest.name}(${parameters}) returns int language sql as 'select 1';
      grant all on all tables in schema ${schema} to service_role;
      reset role`);
    await writeMarker(transaction, marker);
  });
  return marker;
}

/** Everything that could be left of a schema, by name. */
export async function traces(project: SmallProject, schema: string): Promise<string[]> {
  const { sql } = project;
  const rows = await sql<{ trace: string }[]>`
    select 'schema ' || nspname as trace from pg_namespace where nspname = ${schema}
    union all select 'role ' || rolname from pg_roles where rolname = ${`${schema}_owner`}
    union all select 'setting ' || entry from pg_db_role_setting, unnest(setconfig) entry
               where entry ~ ${`^pgrst.*\\m${schema}\\M`}
    order by 1`;
  const served = (await readExposedSchemas(project.target))?.includes(schema);
  return [...rows.map(({ trace }) => trace), ...(served ? ['served'] : [])];
}

/** The settings of PostgREST's role that are about schemas: `for all: public, a`. */
export async function settings(sql: postgres.Sql): Promise<string[]> {
  const rows = await sql<{ line: string }[]>`
    select case when setdatabase = 0 then 'all: ' else 'here: ' end || substr(entry, 18) as line
      from pg_db_role_setting, unnest(setconfig) entry
     where setrole = 'authenticator'::regrole and entry like 'pgrst.db\_schemas=%' order by 1`;
  return rows.map(({ line }) => line);
}

/** Changes settings as a user of the project would, and waits until PostgREST serves exactly that. */
export async function configure(
  project: SmallProject,
  statement: string,
  served: readonly string[],
): Promise<void> {
  await project.sql.unsafe(statement);
  await project.sql.unsafe("notify pgrst, 'reload config'");
  const done = await pollUntil(
    async () => ((await readExposedSchemas(project.target))?.join() === served.join() ? true : undefined),
    { intervalMs: 50, deadlineMs: 60_000 },
  );
  if (!done) throw new Error(`PostgREST serves ${await readExposedSchemas(project.target)}`);
}

/** A second session, as another process would have. */
export async function otherSession(project: SmallProject, purpose = 'other'): Promise<postgres.Sql> {
  const sql = await connectDatabase(project.target.databaseUrl, purpose);
  onTestFinished(() => sql.end({ timeout: 1 }));
  return sql;
}

/** The error with which something is refused, which says what to do. */
export async function refusal(promise: Promise<unknown>): Promise<TargetError> {
  const error = await promise.catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TargetError);
  expect((error as TargetError).fixes).not.toEqual([]);
  return error as TargetError;
}

/** The marker as it is in the database now. */
export async function currentMarker(sql: postgres.Sql, schema: string): Promise<Marker> {
  const reading = await readMarker(sql, schema, 'local');
  if (reading.state !== 'ours') throw new Error(reading.state);
  return reading.marker;
}
