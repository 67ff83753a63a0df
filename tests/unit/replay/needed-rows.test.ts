import { expect, it } from 'vitest';
import { nameOf } from '../../../plan/identity.ts';
import { worldTables } from '../../../plan/world.ts';
import { neededRows } from '../../../replay/needed-rows.ts';
import { recordedRun } from './recorded.ts';

/** Names of the rows that calls need, by table. */
function needed(script: string, zones = false): Record<string, string[]> {
  const run = recordedRun(script);
  const world = neededRows(run.plan.world, run.history.operations, zones);
  return Object.fromEntries(
    worldTables.map((table) => [
      table,
      world[table].map((row) => ('id' in row ? nameOf(row.id).replace('hot-table/', '') : '')),
    ]),
  );
}

it('are those that the calls name, and what they refer to', () => {
  expect(needed('p0 0..9 assign b3 t1,t2 -> ok\np1 0..9 hold h1 b1 t2 -> ok')).toEqual({
    restaurants: ['restaurant 0'],
    zones: ['zone 0'],
    allowed_capacities: [''],
    table_inventory: ['table 1', 'table 2'],
    table_adjacencies: [],
    customers: ['customer 0'],
    bookings: ['booking 1', 'booking 3'],
    table_holds: ['hold 1'],
  });
});

it('include the booking of a hold that is only released', () => {
  expect(needed('p0 0..9 release h2 -> ok')).toMatchObject({
    bookings: ['booking 2'],
    table_holds: ['hold 2'],
  });
});

it('are none for a booking that nobody planned', () => {
  expect(needed('p0 0..9 assign b63 t1 -> P0002')).toMatchObject({ bookings: [], customers: [] });
});

it('are all tables of a zone, on request', () => {
  expect(needed('p0 0..9 assign b3 t1 -> ok', true).table_inventory).toHaveLength(8);
});
