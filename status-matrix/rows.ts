import { WorldBuilder } from '../plan/builder.ts';
import { bookableWindow } from '../plan/time-zone.ts';
import type { Restaurant, Table, Zone } from '../plan/world.ts';
import { Expression, type Insert } from '../sql/statements.ts';
import type { CaseAllocation, StatusCase } from './case.ts';
import type { Placement } from './placement.ts';

/** What every row is derived from; see plan/identity.ts. */
export interface RowOrigin {
  tag: string;
  seed: number;
  /** About now, milliseconds since the epoch. */
  anchor: number;
}

/** Rows that go in together, and what follows. */
export interface RowSet {
  /** In the order in which foreign keys allow them. */
  inserts: Insert[];
  /** What becomes of bookings afterwards, as staff would do it. */
  transitions: { bookingId: string; values: Record<string, unknown> }[];
}

/** The rows of a case. */
export interface CaseRows {
  case: StatusCase;
  tableId: string;
  tables: Insert[];
  /** Of the case's earlier allocations, and of its own. */
  earlier: RowSet;
  own: RowSet;
}

/** The rows that several cases share, and those of each. */
export interface MatrixRows {
  shared: Insert[];
  cases: CaseRows[];
}

/** Rows of the contract's columns for each case, with ids and texts that carry the tag. Pure. */
export function planRows(
  cases: readonly StatusCase[],
  origin: RowOrigin,
  placement: (one: StatusCase) => Placement,
): MatrixRows {
  const builder = new WorldBuilder(origin, 'status-matrix');
  const zones = new Map<string, Zone>();
  for (const { timezone } of cases) {
    if (!zones.has(timezone)) zones.set(timezone, builder.zone(builder.restaurant(timezone)));
  }
  const { restaurants, allowed_capacities, zones: zoneRows } = builder.world;
  const shared = [
    ...restaurants.map((row) => insert('restaurants', row)),
    ...allowed_capacities.map((row) => insert('allowed_capacities', row)),
    ...zoneRows.map((row) => insert('zones', row)),
  ];
  return {
    shared,
    cases: cases.map((one) => rowsOf(builder, zones.get(one.timezone) as Zone, one, placement(one))),
  };
}

const insert = (table: string, row: object): Insert => ({ table, row: { ...row } });

function rowsOf(builder: WorldBuilder, zone: Zone, one: StatusCase, placement: Placement): CaseRows {
  const own = builder.table(zone);
  const others = one.allocations.some(({ resource }) => resource === 'other_table');
  const tables = others ? [own, builder.table(zone)] : [own];
  const place = { builder, zone, placement, tables };
  return {
    case: one,
    tableId: own.id,
    tables: tables.map((table) => insert('table_inventory', table)),
    earlier: rowSet(place, one.earlier),
    own: rowSet(place, one.allocations),
  };
}

interface Place {
  builder: WorldBuilder;
  zone: Zone;
  placement: Placement;
  /** The table of the case, and another one where it needs one. */
  tables: readonly Table[];
}

function rowSet(place: Place, allocations: readonly CaseAllocation[]): RowSet {
  const set: RowSet = { inserts: [], transitions: [] };
  const bookings = new Map<number, string>();
  for (const { party, booking } of allocations) {
    if (booking !== null && !bookings.has(party)) bookings.set(party, addBooking(place, set, booking));
  }
  let group: string | null = null;
  for (const allocation of allocations) {
    const id = place.builder.unusedId('other');
    if (allocation.resource === 'merge_group') group = id;
    addAllocation(place, set, allocation, { id, group, bookingId: bookings.get(allocation.party) ?? null });
  }
  return set;
}

/** The booking's own window lies elsewhere, as in the scenario window-boundary: it is the allocation's that counts. */
function addBooking(
  { builder, zone, placement: { present } }: Place,
  set: RowSet,
  status: NonNullable<CaseAllocation['booking']>,
): string {
  const restaurant = builder.world.restaurants.find(({ id }) => id === zone.restaurant_id) as Restaurant;
  const customer = builder.customer(restaurant);
  const minute = Math.floor(builder.origin.anchor / 60_000) * 60_000;
  const { start, end } = bookableWindow(minute + 3_600_000, minute + 7_200_000, restaurant.timezone);
  const booking = builder.booking(customer, start, end);
  set.inserts.push(insert('customers', customer), insert('bookings', booking));
  if (status === 'pending') return booking.id;
  const arrival = status === 'checked_in' ? { checked_in_at: present } : {};
  set.transitions.push({ bookingId: booking.id, values: { status, ...arrival } });
  return booking.id;
}

function addAllocation(
  { builder, placement: { at }, tables }: Place,
  set: RowSet,
  allocation: CaseAllocation,
  ids: { id: string; bookingId: string | null; group: string | null },
): void {
  const { resource, shadow } = allocation;
  const table = tables[resource === 'other_table' ? 1 : 0] as Table;
  const [start, end] = [at(allocation.from_us), at(allocation.to_us)];
  const merged = resource === 'merge_group';
  set.inserts.push(
    insert('allocations', {
      id: ids.id,
      booking_id: ids.bookingId,
      restaurant_id: table.restaurant_id,
      resource_type: merged ? 'merge_group' : 'table',
      resource_id: merged ? ids.id : table.id,
      window: new Expression(`tstzrange(${start.text}, ${end.text}, '[)')`),
      shadow,
      is_maintenance: allocation.maintenance,
    }),
  );
  // As an assignment leaves it: applications find a booking's tables by either.
  if (merged || shadow || ids.bookingId === null) return;
  set.inserts.push(
    insert('booking_table_assignments', {
      id: builder.unusedId('other'),
      booking_id: ids.bookingId,
      table_id: table.id,
      start_at: start,
      end_at: end,
      allocation_id: ids.id,
      merge_group_id: ids.group,
    }),
  );
}
