import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TargetError } from '../../../contracts/errors.ts';
import { readClock } from '../../../isolate/clock/clock.ts';
import { probeClock } from '../../../isolate/clock/probe.ts';
import { migrations, renameReference } from './renamed-reference.ts';
import { markerOf, type SmallProject, startSmallProject } from './small-clone.ts';

const schema = 'table_stress';
let project: SmallProject;
beforeAll(async () => {
  project = await startSmallProject(migrations);
  await renameReference(project.sql, markerOf(schema, { clock: 'virtual' }));
  await project.sql.unsafe(`set search_path = ${schema}, extensions`);
});
afterAll(() => project?.stop());

const clock = () => readClock(project.sql, schema);
async function refusal(statements: string): Promise<string> {
  await project.sql.unsafe(statements);
  const error = await probeClock(project.sql, schema).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TargetError);
  return (error as TargetError).message;
}

describe('the probe', () => {
  it('finds that the reference follows the clock, and leaves nothing', async () => {
    const functions = () =>
      project.sql`select count(*) from pg_proc where pronamespace = ${schema}::regnamespace`;
    const before = [await clock(), [...(await functions())]];
    expect(await probeClock(project.sql, schema)).toEqual({ tried: 13, allowed: [] });
    const after = [await clock(), [...(await functions())]];
    expect(after[1]).toEqual(before[1]);
    expect(after[0]).toMatchObject({ offsetMs: 0, frozenAt: null });
  });

  it.each([
    [
      'a function',
      'create function f(int) returns date language plpgsql as $$ begin\n  return current_date; end $$',
      'drop function f',
      'function table_stress.f(integer), line 2: current_date',
    ],
    [
      'SQL that is run from a text',
      "create function g() returns void language plpgsql as $$ begin execute 'select now()'; end $$",
      'drop function g',
      'function table_stress.g(), line 1: now',
    ],
    [
      'a standard body',
      'create function h() returns timestamptz return pg_catalog.now()',
      'drop function h',
      'function table_stress.h(), line 1: now',
    ],
    ['a view', 'create view v as select now() as at', 'drop view v', 'view table_stress.v'],
    [
      'a default',
      'create table t (at timestamptz default clock_timestamp())',
      'drop table t',
      'default of table_stress.t.at, line 1: clock_timestamp',
    ],
    [
      'a check',
      'create table t (at timestamptz check (at < current_timestamp))',
      'drop table t',
      'constraint t_at_check of table_stress.t',
    ],
    [
      'a policy',
      'create table t (at timestamptz); create policy "old ones" on t using (at < now())',
      'drop table t',
      'policy "old ones" on table_stress.t',
    ],
  ])('names %s that asks the real clock', async (_, statements, undo, named) => {
    await project.sql.unsafe(statements.replaceAll(' now()', ' pg_catalog.now()'));
    const message = await refusal('select 1');
    await project.sql.unsafe(undo);
    expect(message).toMatch(/asks the real clock/);
    expect(message.replaceAll('pg_catalog.now', 'now')).toContain(named);
  });

  it('notices a clock that does not answer what it was set to', async () => {
    const [{ text } = { text: '' }] = await project.sql<{ text: string }[]>`
      select pg_get_functiondef('now()'::regprocedure) as text from (select set_config('search_path', ${`${schema}, pg_catalog`}, false)) s`;
    const [real] = await project.sql<
      { text: string }[]
    >`select pg_get_functiondef('table_stress.now()'::regprocedure) as text`;
    const message = await refusal(
      `create or replace function ${schema}.now() returns timestamptz language sql stable as 'select pg_catalog.now()'`,
    );
    expect(message).toMatch(/does not follow its virtual clock[\s\S]*table_stress\.now\(\) answers 2/);
    await project.sql.unsafe(real?.text ?? text);
    await project.sql.unsafe(`set search_path = ${schema}, extensions`);
    expect((await probeClock(project.sql, schema)).tried).toBe(13);
  });

  it('lets pass what cloning has reported, and tells it', async () => {
    await project.sql.unsafe("create function o() returns text language sql as 'select timeofday()'");
    const { allowed } = await probeClock(project.sql, schema);
    await project.sql.unsafe('drop function o');
    expect(allowed).toEqual([
      {
        object: 'function table_stress.o()',
        line: 1,
        text: expect.stringContaining('timeofday'),
        kind: 'reported',
      },
    ]);
  });
});
