import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CloneReport } from '../../../isolate/clone.ts';
import { type CloneProject, startCloneProject } from './clone-project.ts';

/** Statements that hide the deployed schema's name from every reader of texts. */
const hidden = (statement: string) => `execute replace('${statement}', 'SOURCE', 'pub' || 'lic')`;

const functions = `
  create table public.pool (n int);
  insert into public.pool values (1);
  create function public.deletes_as_owner() returns void language plpgsql security definer as $$
    begin ${hidden('delete from SOURCE.pool')}; end $$;
  create function public.deletes_as_caller() returns void language plpgsql as $$
    begin ${hidden('delete from SOURCE.pool')}; end $$;
  create function public.reads_as_caller() returns bigint language plpgsql as $$
    declare found bigint; begin ${hidden('select count(*) from SOURCE.pool')} into found; return found; end $$;
  create function public.deletes_by_path() returns void language plpgsql as $$
    begin perform set_config('search_path', 'pub' || 'lic', true); execute 'delete ' || 'from pool'; end $$;
  create table public.watched (n int);
  create function public.on_watched() returns trigger language plpgsql as $$
    begin ${hidden('truncate SOURCE.pool')}; return new; end $$;
  create trigger watching before insert on public.watched for each row execute function public.on_watched();`;

let project: CloneProject;
let report: CloneReport;
beforeAll(async () => {
  project = await startCloneProject(functions);
  const names = ['deletes_as_owner', 'deletes_as_caller', 'reads_as_caller', 'deletes_by_path', 'on_watched'];
  report = await project.clone({ allow: names });
  // Rows of the clone, so that a delete that goes to the right place is told from one that finds nothing.
  await project.sql`insert into table_stress.pool values (1), (2)`;
});
afterAll(() => project?.stop());

const asService = (statement: string) =>
  project.sql.begin(async (sql) => {
    await sql`set local role service_role`;
    return sql.unsafe(statement);
  });

it('functions that build SQL with the rights of their caller get those of the owner, and it is told', () => {
  expect(report.secured).toEqual(
    expect.arrayContaining(['function deletes_as_caller()', 'function on_watched()']),
  );
  expect(report.secured).not.toContain('function deletes_as_owner()');
  for (const object of report.secured) {
    expect(report.findings).toContainEqual(expect.objectContaining({ object, kind: 'note' }));
  }
});

it.each([
  ['a function with the rights of its owner', 'select table_stress.deletes_as_owner()'],
  ['a function with the rights of its caller', 'select table_stress.deletes_as_caller()'],
  ['a function that only reads', 'select table_stress.reads_as_caller()'],
  ['a function that changes its search path', 'select table_stress.deletes_by_path()'],
  ['a trigger', 'insert into table_stress.watched values (1)'],
])('%s cannot reach the deployed tables under a hidden name', async (_, statement) => {
  await expect(asService(statement)).rejects.toMatchObject({ code: '42501' });
  const [row] = await project.sql`select count(*)::int as rows from public.pool`;
  expect(row).toEqual({ rows: 1 });
});

it('the deployed function could: the test would notice', async () => {
  await asService('select public.deletes_as_owner()');
  const [row] = await project.sql`select count(*)::int as rows from public.pool`;
  expect(row).toEqual({ rows: 0 });
  await project.sql`insert into public.pool values (1)`;
});

it.each([
  [
    'asks who calls',
    `create function public.who() returns void language plpgsql as $$
       begin if current_user = 'anon' then ${hidden('delete from SOURCE.pool')}; end if; end $$`,
    /function who\(\): .*asks for current_user/,
  ],
  [
    'ends transactions',
    `create procedure public.ends() language plpgsql as $$ begin ${hidden('delete from SOURCE.pool')}; commit; end $$`,
    /procedure ends\(\): .*ends transactions/,
  ],
  [
    'changes its role',
    `create function public.becomes() returns void language plpgsql as $$ begin set local role postgres; end $$`,
    /function becomes\(\): changes its role/,
  ],
  ['everybody may read', 'grant select on public.pool to public', /table pool: everybody may/],
])('what cannot be kept in is refused: it %s', async (_, statements, message) => {
  const { sql } = project;
  await sql.unsafe(statements);
  const allow = ['deletes_as_owner', 'deletes_as_caller', 'reads_as_caller', 'deletes_by_path', 'on_watched'];
  await expect(project.clone({ schema: 'ts_second', allow })).rejects.toThrow(message);
  await sql.unsafe(
    'revoke all on public.pool from public; drop routine if exists public.who, public.ends, public.becomes',
  );
  const [left] = await sql`
    select (select count(*)::int from pg_namespace where nspname = 'ts_second') as schemas,
           (select count(*)::int from pg_roles where rolname = 'ts_second_owner') as roles`;
  expect(left).toEqual({ schemas: 0, roles: 0 });
});
