import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { refreshStatement } from '../../../contracts/refresh-job.ts';
import { assign, setStatus, tableStatus } from './calls.ts';
import { type Reference, startReference } from './database.ts';
import { makeWorld, type World } from './world.ts';

/** The statement that the report advises to schedule, on the tables as time has left them. */

let reference: Reference;
let world: World;
beforeAll(async () => {
  reference = await startReference();
});
beforeEach(async () => {
  world = await makeWorld(reference.sql);
});
afterAll(() => reference?.stop());

const past = { from: '2020-01-01Z', to: '2020-01-02Z' };
const always = { from: '2020-01-01Z', to: '2040-01-01Z' };

/** A table with one window, whose status is what it was at another time. */
async function left(window: { from: string; to: string }, stored: string, arrived = false): Promise<string> {
  const { sql } = reference;
  const [table, booking] = [await world.table(), await world.booking()];
  await assign(sql, booking, [table], window);
  if (arrived) await setStatus(sql, booking, 'checked_in');
  await sql`UPDATE table_inventory SET status = ${stored} WHERE id = ${table}`;
  return table;
}

it('brings every status up to date that time has made stale, and leaves the others alone', async () => {
  const { sql } = reference;
  const tables = {
    blocked: await left(past, 'reserved'),
    'blocked by guests': await left(past, 'occupied', true),
    free: await left(always, 'available'),
    'free with guests': await left(always, 'available', true),
    'reserved still': await left(always, 'reserved'),
    'available still': await left(past, 'available'),
    'out of service by hand': await left(past, 'out_of_service'),
  };
  await sql.unsafe(refreshStatement('public'));
  const statuses: Record<string, string> = {};
  for (const [name, table] of Object.entries(tables)) statuses[name] = await tableStatus(sql, table);
  expect(statuses).toEqual({
    blocked: 'available',
    'blocked by guests': 'available',
    free: 'reserved',
    'free with guests': 'occupied',
    'reserved still': 'reserved',
    'available still': 'available',
    'out of service by hand': 'out_of_service',
  });
});

it('meets assignments that lock the same tables in any order without a deadlock', async () => {
  const sql = await reference.connect(6);
  const tables = await world.tables(6);
  for (const table of tables) await sql`UPDATE table_inventory SET status = 'reserved' WHERE id = ${table}`;
  const bookings = await world.bookings(12);
  const jobs = Array.from({ length: 12 }, () => sql.unsafe(refreshStatement('public')));
  const calls = bookings.map((booking, index) =>
    assign(sql, booking, index % 2 === 0 ? tables : tables.toReversed(), {
      from: `20${30 + index}-01-01Z`,
      to: `20${30 + index}-01-02Z`,
    }),
  );
  await expect(Promise.all([...jobs, ...calls])).resolves.toHaveLength(24);
});
