import type { SchemaDescription } from '../contracts/schema-description.ts';
import type { Operation } from '../history/operation.ts';
import type { Plan } from '../plan/plan.ts';
import { type World, worldTables } from '../plan/world.ts';
import { fillRows } from '../seed/fill.ts';
import type { Lookups } from '../seed/lookups.ts';
import { Expression, type Insert } from '../sql/statements.ts';
import { tablesOf } from './concern.ts';

/** How long a hold that is not to lapse claims its tables, counted from its row's insertion. */
export const HOLD_EXPIRY = new Expression("now() + interval '1 day'");

/**
 * The planned rows that calls need, and no others: the bookings, holds and tables that they name, and what those refer
 * to. What calls name and nobody planned (an unknown booking) is not there, as it was not in the run. Pure.
 *
 * @param zones whether the other tables of their zones are needed too
 */
export function neededRows(world: World, operations: readonly Operation[], zones = false): World {
  const holds = idsOf(operations, (input) => ('hold_id' in input ? [input.hold_id] : []));
  const table_holds = world.table_holds.filter(({ id }) => holds.has(id));
  const named = idsOf(operations, (input) =>
    'booking_id' in input && input.booking_id !== null ? [input.booking_id] : [],
  );
  for (const { booking_id } of table_holds) if (booking_id !== null) named.add(booking_id);
  const tables = new Set(operations.flatMap(tablesOf));
  if (zones) for (const id of neighboursOf(world, tables)) tables.add(id);
  const bookings = world.bookings.filter(({ id }) => named.has(id));
  const table_inventory = world.table_inventory.filter(({ id }) => tables.has(id));
  const customers = new Set(bookings.map(({ customer_id }) => customer_id));
  const zoneIds = new Set([...table_inventory, ...table_holds].map(({ zone_id }) => zone_id));
  const restaurants = new Set(
    [...bookings, ...table_inventory, ...table_holds].map(({ restaurant_id }) => restaurant_id),
  );
  const capacities = new Set(
    table_inventory.map(({ restaurant_id, capacity }) => `${restaurant_id} ${capacity}`),
  );
  return {
    restaurants: world.restaurants.filter(({ id }) => restaurants.has(id)),
    zones: world.zones.filter(({ id }) => zoneIds.has(id)),
    allowed_capacities: world.allowed_capacities.filter(({ restaurant_id, capacity }) =>
      capacities.has(`${restaurant_id} ${capacity}`),
    ),
    table_inventory,
    table_adjacencies: world.table_adjacencies.filter(
      ({ table_a, table_b }) => tables.has(table_a) && tables.has(table_b),
    ),
    customers: world.customers.filter(({ id }) => customers.has(id)),
    bookings,
    table_holds,
  };
}

/** The tables of the zones in which these are. */
function neighboursOf(world: World, tables: ReadonlySet<string>): string[] {
  const zones = new Set(
    world.table_inventory.filter(({ id }) => tables.has(id)).map(({ zone_id }) => zone_id),
  );
  return world.table_inventory.filter(({ zone_id }) => zones.has(zone_id)).map(({ id }) => id);
}

function idsOf(
  operations: readonly Operation[],
  names: (input: Operation['input']) => readonly string[],
): Set<string> {
  return new Set(operations.flatMap(({ input }) => names(input)));
}

/**
 * The rows as the deployed tables take them, by the rules of seeding; a table that the deployment lacks is left out. Pure.
 *
 * @throws UsageError naming required columns that cannot be filled
 */
export function fitWorld(
  { tables }: SchemaDescription,
  world: World,
  { tag, seed }: Pick<Plan, 'tag' | 'seed'>,
  existing: Lookups,
): Insert[] {
  return worldTables.flatMap((name) => {
    const table = tables.find((candidate) => candidate.name === name);
    if (!table) return [];
    const planned: Record<string, unknown>[] = world[name].map((row) =>
      name === 'table_holds' ? { ...row, expires_at: HOLD_EXPIRY } : { ...row },
    );
    return fillRows(table, planned, { tag, seed, existing }).rows.map((row) => ({ table: name, row }));
  });
}
