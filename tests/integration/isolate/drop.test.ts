import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dropIsolated, listLeftRoles } from '../../../isolate/drop.ts';
import { exposeSchema } from '../../../isolate/expose/expose.ts';
import { takeBack } from '../../../isolate/expose/restore.ts';
import type { Marker } from '../../../isolate/marker.ts';
import { readMarker } from '../../../isolate/marker-store.ts';
import { dropInBatches, dropWholeSchema } from '../../../isolate/removal/drop-schema.ts';
import {
  makeClone,
  otherSession,
  patience,
  type SmallProject,
  settings,
  startSmallProject,
  traces,
} from './small-clone.ts';

const schema = 'table_stress';
let project: SmallProject;
beforeAll(async () => {
  project = await startSmallProject();
});
afterAll(() => project?.stop());
afterEach(async () => {
  await project.sql.unsafe('reset role');
  // Whatever a test left, its own assertions have looked at it.
  await project.superuser.unsafe(`
    drop schema if exists ${schema} cascade; drop table if exists public.outside cascade;
    do $$ begin if to_regrole('${schema}_owner') is not null then
      drop owned by ${schema}_owner cascade; drop role ${schema}_owner; end if; end $$;
    alter role authenticator reset pgrst.db_schemas; notify pgrst, 'reload config'`);
});

const drop = (sql = project.sql, more = {}) =>
  dropIsolated(sql, { schema, project: 'local', api: project.target, patience, ...more });
const exposed = async (): Promise<Marker> => {
  const made = await makeClone(project.sql, schema);
  return (await exposeSchema(project.sql, project.target, made, { patience })).marker;
};

it('an exposed schema goes with its role, its exposure and its rights, and nothing is left', async () => {
  await exposed();
  const result = await drop();
  expect(result).toMatchObject({
    found: 'schema',
    restored: { state: 'restored', served: false },
    dropped: { schema: 'at once', role: true },
    problems: [],
    notes: [],
    remains: { schema: false, role: false, settings: [], served: false, grants: [] },
  });
  expect(await traces(project, schema)).toEqual([]);
  expect(await settings(project.sql)).toEqual([]);
  expect(await drop()).toMatchObject({ found: 'nothing', problems: [], dropped: { role: false } });
});

describe('after a crash, a new process finishes what was begun:', () => {
  const steps: [string, (marker: Marker) => Promise<unknown>][] = [
    ['exposed, nothing more', async () => {}],
    ['setting put back, PostgREST not told', async (marker) => takeBack(project.sql, marker)],
    ['schema gone, exposure left', async () => project.sql.unsafe(`drop schema ${schema} cascade`)],
    [
      'schema gone, exposure gone',
      async (marker) => {
        await takeBack(project.sql, marker);
        await project.sql.unsafe(`drop schema ${schema} cascade`);
      },
    ],
    [
      'some objects gone',
      async () => project.sql.unsafe(`drop table ${schema}.tables cascade; drop type ${schema}.mood cascade`),
    ],
    [
      'rights taken from the role',
      async (marker) => {
        await takeBack(project.sql, marker);
        await project.sql.unsafe(`drop schema ${schema} cascade; drop owned by ${schema}_owner`);
      },
    ],
    ['no membership', async () => project.sql.unsafe(`revoke ${schema}_owner from postgres`)],
  ];
  it.each(steps)('%s', async (_, step) => {
    await step(await exposed());
    const left = (await readMarker(project.sql, schema, 'local')).state === 'absent' ? [schema] : [];
    expect(await listLeftRoles(project.sql, 'local')).toEqual(left);
    const result = await drop(await otherSession(project));
    expect(result.problems).toEqual([]);
    expect(result.found).toBe(left.length > 0 ? 'role' : 'schema');
    expect(await traces(project, schema)).toEqual([]);
    expect(await settings(project.sql)).toEqual([]);
  });

  it('a role that only the clone stage had made, marked on the schema alone', async () => {
    await makeClone(project.sql, schema);
    await project.sql.unsafe(`comment on role ${schema}_owner is null`);
    expect((await drop()).problems).toEqual([]);
    expect(await traces(project, schema)).toEqual([]);
  });
});

it('objects inside that depend on each other are no obstacle', async () => {
  await makeClone(project.sql, schema);
  await project.sql.unsafe(`set role ${schema}_owner`);
  await project.sql.unsafe(`
    set search_path = ${schema};
    create domain ${schema}.short as text check (length(value) < 9);
    create table ${schema}.parts (id bigint generated always as identity, s ${schema}.short, at date, table_id int
      references ${schema}.tables, primary key (id, at)) partition by range (at);
    create table ${schema}.part partition of ${schema}.parts for values from ('2026-01-01') to ('2027-01-01');
    create materialized view ${schema}.m as select * from ${schema}.calm;
    create function ${schema}.f() returns trigger language plpgsql as 'begin return new; end';
    create trigger tr before insert on ${schema}.tables for each row execute function ${schema}.f();
    alter table ${schema}.tables enable row level security;
    create policy p on ${schema}.tables using (exists (select from ${schema}.calm));
    create aggregate ${schema}.total(int) (sfunc = int4pl, stype = int);
    create statistics ${schema}.st on id, name from ${schema}.tables;
    create index on ${schema}.tables (lower(name))`);
  await project.sql.unsafe(`reset search_path; reset role;
    alter default privileges for role ${schema}_owner in schema ${schema} grant select on tables to anon;
    alter publication supabase_realtime add table ${schema}.tables`);
  expect((await drop()).problems).toEqual([]);
  expect(await traces(project, schema)).toEqual([]);
});

it('a role that owns something elsewhere stays, and that is said', async () => {
  await makeClone(project.sql, schema);
  await project.superuser.unsafe(
    `create table public.outside (i int); alter table public.outside owner to ${schema}_owner`,
  );
  const { problems, dropped } = await drop();
  expect(dropped).toEqual({ schema: 'at once', role: false });
  expect(problems.join('\n')).toMatch(
    /role table_stress_owner owns table public.outside, so it was left alone/,
  );
  expect(await listLeftRoles(project.sql, 'local')).toEqual([schema]);
  await project.superuser.unsafe('drop table public.outside');
  expect((await drop()).problems).toEqual([]);
});

it('a role that is no owner of ours is never dropped, whatever the marker says', async () => {
  await makeClone(project.sql, schema);
  await project.superuser.unsafe(`create role bystander login`);
  const forged = { role: 'bystander' };
  const [{ comment } = { comment: '' }] = await project.sql<{ comment: string }[]>`
    select replace(obj_description('table_stress'::regnamespace), 'table_stress_owner', ${forged.role}) as comment`;
  await project.sql.unsafe(`comment on schema ${schema} is '${comment}'`);
  const { problems } = await drop();
  expect(problems.join('\n')).toMatch(/bystander/);
  expect(await project.sql`select from pg_roles where rolname = 'bystander'`).toHaveLength(1);
  await project.superuser.unsafe('drop role bystander');
});

it('in batches, the same is gone', async () => {
  await makeClone(project.sql, schema);
  await project.sql.unsafe(`
    create table ${schema}.serial_table (id int generated always as identity);
    create function ${schema}.over("a b" int) returns int language sql as 'select 1';
    create procedure ${schema}.proc() language sql as 'select 1';
    create type ${schema}.pair as (a int, b ${schema}.mood);
    create materialized view ${schema}.m as select 1 as one;
    create sequence ${schema}."Odd, name"`);
  const progress: string[] = [];
  await dropInBatches(project.sql, schema, (line) => progress.push(line), 1);
  expect(progress.length).toBeGreaterThan(8);
  expect(await project.sql`select from pg_class where relnamespace = ${schema}::regnamespace`).toHaveLength(
    0,
  );
  expect(await project.sql`select from pg_proc where pronamespace = ${schema}::regnamespace`).toHaveLength(0);
  expect(await project.sql`select from pg_type where typnamespace = ${schema}::regnamespace`).toHaveLength(0);
  expect((await drop()).problems).toEqual([]);
});

it('a schema with more objects than one transaction can lock goes all the same', async () => {
  await makeClone(project.sql, schema);
  for (let from = 0; from < 2500; from += 500) {
    await project.sql.unsafe(`do $$ begin for i in ${from}..${from + 499} loop
      execute format('create table ${schema}.t%s (a text primary key)', i); end loop; end $$`);
  }
  expect(await dropWholeSchema(project.sql, schema)).toBe('in batches');
  expect((await drop()).problems).toEqual([]);
});
