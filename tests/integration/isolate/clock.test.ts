import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TargetError } from '../../../contracts/errors.ts';
import { readClock, setClock } from '../../../isolate/clock/clock.ts';
import { CLOCK_TABLE } from '../../../isolate/clock/create.ts';
import { probeClock } from '../../../isolate/clock/probe.ts';
import { exposeSchema } from '../../../isolate/expose/expose.ts';
import { get } from '../../../isolate/expose/rest.ts';
import { makeWorld, type World } from '../reference/world.ts';
import { migrations, renameReference } from './renamed-reference.ts';
import { markerOf, patience, type SmallProject, startSmallProject } from './small-clone.ts';

const schema = 'table_stress';
const marker = markerOf(schema, { clock: 'virtual' });
let project: SmallProject;
let world: World;
let table: string;

beforeAll(async () => {
  project = await startSmallProject(migrations);
  await renameReference(project.sql, marker);
  await project.sql.unsafe(`set search_path = ${schema}, extensions`);
  await exposeSchema(project.sql, project.target, marker, { patience });
  world = await makeWorld(project.sql);
  table = await world.table();
});
afterAll(() => project?.stop());
afterEach(() => setClock(project.sql, schema, { offsetMs: 0 }));

const clock = () => readClock(project.sql, schema);
async function refusal(statements: string): Promise<string> {
  await project.sql.unsafe(statements);
  const error = await probeClock(project.sql, schema).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(TargetError);
  return (error as TargetError).message;
}

it('at first it is the real time', async () => {
  const { offsetMs, frozenAt, now } = await clock();
  expect({ offsetMs, frozenAt }).toEqual({ offsetMs: 0, frozenAt: null });
  expect(Math.abs(Date.parse(now) - Date.now())).toBeLessThan(10_000);
});

describe('it can be set', () => {
  it.each([
    [1, 1],
    [-0.5, -0.5],
    [86_400_000 * 400, 86_400_000 * 400],
    [0.001, 0.001],
  ])('%d ms ahead', async (offsetMs, expected) => {
    await setClock(project.sql, schema, { offsetMs });
    expect((await clock()).offsetMs).toBe(expected);
    expect(Math.abs(Date.parse((await clock()).now) - Date.now() - offsetMs)).toBeLessThan(10_000);
  });

  it('to a moment, from which it goes on', async () => {
    await setClock(project.sql, schema, { at: '2031-03-30T00:59:59.999999Z' });
    const { now, frozenAt } = await clock();
    expect(frozenAt).toBeNull();
    expect(now > '2031-03-30T00:59:59.999999Z' && now < '2031-03-30T01:00:30').toBe(true);
  });

  it('to a moment at which it stands, to the microsecond', async () => {
    await setClock(project.sql, schema, { frozenAt: '2031-03-30T03:00:00.000001+02:00' });
    expect(await clock()).toEqual({
      offsetMs: 0,
      frozenAt: '2031-03-30T01:00:00.000001Z',
      now: '2031-03-30T01:00:00.000001Z',
    });
    await setClock(project.sql, schema, { frozenAt: new Date('2020-02-29T12:00:00Z') });
    expect((await clock()).now).toBe('2020-02-29T12:00:00.000000Z');
  });

  it('within a transaction it is exact either way, whatever the time zone of the session', async () => {
    await project.sql.begin(async (transaction) => {
      await transaction.unsafe("set local timezone = 'Europe/Paris'; set local intervalstyle = 'iso_8601'");
      await setClock(transaction, schema, { at: '2031-06-01T12:00:00.123456Z' });
      expect((await readClock(transaction, schema)).now).toBe('2031-06-01T12:00:00.123456Z');
    });
  });

  it('not where there is none', async () => {
    await expect(setClock(project.sql, 'public', { offsetMs: 0 })).rejects.toThrow(
      'public has no virtual clock',
    );
    await expect(readClock(project.sql, 'nowhere')).rejects.toThrow('nowhere has no virtual clock');
  });
});

it('everybody who calls through the API sees it; nobody there can set it', async () => {
  await setClock(project.sql, schema, { frozenAt: '2031-03-30T01:00:00Z' });
  for (const secretKey of [project.target.serviceRoleKey, project.target.anonKey]) {
    const api = { ...project.target, secretKey };
    expect((await get(api, '/rpc/now', schema)).body).toBe('2031-03-30T01:00:00+00:00');
    expect((await get(api, `/${CLOCK_TABLE}`, schema)).code).toBe('42501');
  }
});

describe('the status of a table follows it, exactly', () => {
  const [start, end] = ['2031-03-01T18:00:00Z', '2031-03-01T20:00:00Z'];
  beforeAll(async () => {
    const booking = await world.booking({ status: 'pending' });
    await project.sql`select * from assign_tables_atomic_v2(${booking}, ${[table]})`;
    await project.sql`update bookings set status = 'confirmed' where id = ${booking}`;
  });
  it.each([
    ['2031-03-01T17:59:59.999999Z', 'available'],
    [start, 'reserved'],
    ['2031-03-01T19:59:59.999999Z', 'reserved'],
    [end, 'available'],
  ])('%s: %s', async (frozenAt, expected) => {
    await setClock(project.sql, schema, { frozenAt });
    const { restUrl, serviceRoleKey } = project.target;
    const answer = await fetch(`${restUrl}/rpc/refresh_table_status`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${serviceRoleKey}`,
        'content-profile': schema,
        'content-type': 'application/json',
      },
      body: JSON.stringify({ p_table_id: table }),
    });
    expect(answer.status).toBe(204);
    const [row] = await project.sql`select status from table_inventory where id = ${table}`;
    expect(row?.status).toBe(expected);
  });
});

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
