import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dropIsolated } from '../../../isolate/drop.ts';
import { exposeSchema } from '../../../isolate/expose/expose.ts';
import { markInUse, unmarkInUse, usersOf, withoutUsers } from '../../../isolate/in-use.ts';
import type { Marker } from '../../../isolate/marker.ts';
import {
  makeClone,
  otherSession,
  patience,
  refusal,
  type SmallProject,
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

const refused = async (promise: Promise<unknown>) => (await refusal(promise)).message;

describe('refused, with nothing changed:', () => {
  it('a schema that is not ours', async () => {
    await project.sql.unsafe(`create schema ${schema}; create table ${schema}.sales (id int)`);
    expect(await refused(drop())).toMatch(/not removed: it carries no marker of ours/);
    expect(await traces(project, schema)).toEqual([`schema ${schema}`]);
  });

  it('the deployed schema', async () => {
    expect(await refused(drop(project.sql, { schema: 'public' }))).toMatch(/public is not removed/);
  });

  it('a schema of another project, or its role', async () => {
    await exposed();
    const before = await traces(project, schema);
    expect(await refused(drop(project.sql, { project: 'other' }))).toMatch(/made for the project local/);
    expect(await traces(project, schema)).toEqual(before);
    await project.sql.unsafe(`drop schema ${schema} cascade`);
    expect(await refused(drop(project.sql, { project: 'other' }))).toMatch(/made for the project local/);
  });

  it('a schema that others use, who are named; marks of the same connection do not count', async () => {
    await exposed();
    const other = await otherSession(project, 'run 12345678');
    await markInUse(other, schema);
    await markInUse(project.sql, schema);
    expect(await usersOf(project.sql, schema)).toEqual([
      expect.stringMatching(/^table-stress run 12345678 \(database session \d+\)$/),
    ]);
    expect(await refused(drop())).toMatch(/in use by table-stress run 12345678 \(database session \d+\)/);
    await unmarkInUse(other, schema);
    expect((await drop()).problems).toEqual([]);
    await unmarkInUse(project.sql, schema);
  });

  it('and nobody comes to use it meanwhile', async () => {
    const other = await otherSession(project);
    await withoutUsers(project.sql, schema, async () => {
      expect(await refused(markInUse(other, schema))).toMatch(/is being removed by another process/);
    });
    await markInUse(other, schema);
  });

  it.each([
    ['a view', `create view public.outside as select * from ${schema}.tables`, 'view public.outside'],
    ['a foreign key', `create table public.outside (id int references ${schema}.tables)`, 'table constraint'],
    [
      'a column of its type',
      `create table public.outside (m ${schema}.mood)`,
      'table column public.outside.m',
    ],
    [
      'a default',
      `create sequence ${schema}.s; create table public.outside (i int default nextval('${schema}.s'))`,
      'default value for public.outside.i',
    ],
    [
      'a policy',
      `create table public.outside (i int); create policy p on public.outside using (exists (select from ${schema}.tables))`,
      'policy p on public.outside',
    ],
    [
      'a trigger',
      `create function ${schema}.t() returns trigger language plpgsql as 'begin return new; end'; create table public.outside (i int); create trigger tr before insert on public.outside for each row execute function ${schema}.t()`,
      'trigger tr on public.outside',
    ],
    ['a child table', `create table public.outside () inherits (${schema}.tables)`, 'table public.outside'],
    ['an extension', `create extension citext schema ${schema}`, 'extension citext'],
  ])('%s outside that would go with it', async (_, statements, named) => {
    await makeClone(project.sql, schema);
    await project.superuser.unsafe(statements);
    const message = await refused(drop());
    expect(message).toContain('outside would go with it');
    expect(message).toContain(named);
    expect(await traces(project, schema)).toEqual([`role ${schema}_owner`, `schema ${schema}`]);
    await project.superuser.unsafe('drop view if exists public.outside').catch(() => {});
  });
});
