import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readClock, setClock } from '../../../isolate/clock/clock.ts';
import { CLOCK_TABLE } from '../../../isolate/clock/create.ts';
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
