import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { InterruptedError, TargetError, UsageError } from '../../../contracts/errors.ts';
import { type CloneProject, startCloneProject } from './clone-project.ts';

let project: CloneProject;
beforeAll(async () => {
  project = await startCloneProject();
});
afterAll(() => project?.stop());

afterEach(async () => {
  const [left] = await project.sql`
    select (select count(*)::int from pg_namespace where nspname like 'table_stress%') as schemas,
           (select count(*)::int from pg_roles where rolname like 'table_stress%') as roles`;
  expect(left).toEqual({ schemas: 0, roles: 0 });
});

it.each([
  'public',
  'auth',
  'extensions',
  'storage',
  'pg_mine',
  'information_schema',
  'graphql_public',
  'select',
  '',
])('the name %j is refused', async (schema) => {
  await expect(project.clone({ schema })).rejects.toBeInstanceOf(UsageError);
});

it('a name that PostgreSQL would cut short is refused', async () => {
  await expect(project.clone({ schema: 'ä'.repeat(29) })).rejects.toThrow(/longer than 57 bytes/);
});

it('a source that is not there is an error of the target', async () => {
  const error = await project.clone({ source: 'nowhere' }).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(TargetError);
  expect((error as Error).message).toContain('there is no schema nowhere');
});

it('a schema that exists is left alone', async () => {
  await project.sql`create schema occupied`;
  await expect(project.clone({ schema: 'occupied' })).rejects.toThrow('schema occupied exists already');
});

it('a role that exists and is not ours is left alone', async () => {
  await project.sql`create role other_owner`;
  await expect(project.clone({ schema: 'other' })).rejects.toThrow('role other_owner exists and is not ours');
  await project.sql`drop role other_owner`;
});

it('an allowance that names nothing is an error of usage', async () => {
  const error = await project.clone({ allow: ['function nothing()'] }).catch((each: unknown) => each);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as Error).message).toBe('--allow function nothing(): there is no such object');
});

it('an interrupt leaves nothing behind', async () => {
  for (const at of ['reading', 'creating', 'created 50', 'comparing']) {
    const stop = new AbortController();
    const progress = (line: string) => {
      if (line.startsWith(at)) stop.abort();
    };
    await expect(project.clone({ signal: stop.signal, progress })).rejects.toBeInstanceOf(InterruptedError);
  }
});

it('a statement time-out says so and leaves nothing behind', async () => {
  const { sql } = project;
  await sql.unsafe(`
    create function public.slow() returns int language sql as 'select 1';
    create materialized view public.slowly as select public.slow() as n`);
  await sql.unsafe(
    `create or replace function public.slow() returns int language plpgsql as 'begin perform pg_sleep(300); return 1; end'`,
  );
  await sql`set statement_timeout = '3s'`;
  const error = await project.clone().catch((each: unknown) => each);
  await sql`set statement_timeout = '60s'`;
  await sql.unsafe('drop materialized view public.slowly; drop function public.slow()');
  expect(error).toBeInstanceOf(TargetError);
  expect((error as Error).message).toMatch(/statement time-out/);
});

it('a failure before the commit undoes the clone', async () => {
  const beforeCommit = () => Promise.reject(new Error('not today'));
  await expect(project.clone({ beforeCommit })).rejects.toThrow('not today');
});
