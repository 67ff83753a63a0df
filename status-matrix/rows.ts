import { WorldBuilder } from '../plan/builder.ts';
import { bookableWindow } from '../plan/time-zone.ts';
import type { Customer, Table, Zone } from '../plan/world.ts';
import type { CaseAllocation, StatusCase } from './case.ts';
import type { Placement } from './placement.ts';
import { Expression, type Insert } from './statements.ts';

/** What every row is derived from; see plan/identity.ts. */
export interface RowOrigin {
  tag: string;
  seed: number;
  /** About now, milliseconds since the epoch. */
  anchor: number;
}

/** The rows of a case. */
export interface CaseRows {
  case: StatusCase;
  tableId: string;
  /** In the order in which foreign keys allow them. */
  inserts: Insert[];
  /** What becomes of its bookings afterwards, as staff would do it. */
  transitions: { bookingId: string; values: Record<string, unknown> }[];
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
  const rows: CaseRows = {
    case: one,
    tableId: own.id,
    inserts: [insert('table_inventory', own)],
    transitions: [],
  };
  const others = one.allocations.some(({ resource }) => resource === 'other_table');
  const other = others ? builder.table(zone) : null;
  if (other) rows.inserts.push(insert('table_inventory', other));
  const bookings = new Map<number, string>();
  for (const allocation of one.allocations) {
    const { party, booking } = allocation;
    if (booking === null || bookings.has(party)) continue;
    bookings.set(party, addBooking(builder, rows, zone, booking, placement));
  }
  let group: string | null = null;
  for (const allocation of one.allocations) {
    const bookingId = bookings.get(allocation.party) ?? null;
    const id = builder.unusedId('other');
    if (allocation.resource === 'merge_group') group = id;
    const table = allocation.resource === 'other_table' && other ? other : own;
    addAllocation(builder, rows, { id, allocation, bookingId, table, group }, placement);
  }
  return rows;
}

/** The booking's own window lies elsewhere, as in the scenario window-boundary: it is the allocation's that counts. */
function addBooking(
  builder: WorldBuilder,
  rows: CaseRows,
  { restaurant_id }: Zone,
  status: NonNullable<CaseAllocation['booking']>,
  { present }: Placement,
): string {
  const restaurant = builder.world.restaurants.find(({ id }) => id === restaurant_id);
  const customer: Customer = builder.customer(restaurant as never);
  const minute = Math.floor(builder.origin.anchor / 60_000) * 60_000;
  const own = bookableWindow(minute + 3_600_000, minute + 7_200_000, restaurant?.timezone ?? 'UTC');
  const booking = builder.booking(customer, own.start, own.end);
  rows.inserts.push(insert('customers', customer), insert('bookings', booking));
  if (status === 'pending') return booking.id;
  const arrival = status === 'checked_in' ? { checked_in_at: present } : {};
  rows.transitions.push({ bookingId: booking.id, values: { status, ...arrival } });
  return booking.id;
}

interface Claim {
  id: string;
  allocation: CaseAllocation;
  bookingId: string | null;
  table: Table;
  /** The merge group of the case's set. */
  group: string | null;
}

function addAllocation(
  builder: WorldBuilder,
  rows: CaseRows,
  { id, allocation, bookingId, table, group }: Claim,
  { at }: Placement,
): void {
  const [start, end] = [at(allocation.from_us), at(allocation.to_us)];
  const merged = allocation.resource === 'merge_group';
  rows.inserts.push(
    insert('allocations', {
      id,
      booking_id: bookingId,
      restaurant_id: table.restaurant_id,
      resource_type: merged ? 'merge_group' : 'table',
      resource_id: merged ? id : table.id,
      window: new Expression(`tstzrange(${start.text}, ${end.text}, '[)')`),
      shadow: allocation.shadow,
      is_maintenance: allocation.maintenance,
    }),
  );
  // As an assignment leaves it: applications find a booking's tables by either.
  if (merged || allocation.shadow || bookingId === null) return;
  rows.inserts.push(
    insert('booking_table_assignments', {
      id: builder.unusedId('other'),
      booking_id: bookingId,
      table_id: table.id,
      start_at: start,
      end_at: end,
      allocation_id: id,
      merge_group_id: group,
    }),
  );
}
