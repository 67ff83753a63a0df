import type { ColumnDescription, SchemaDescription } from '../../../contracts/schema-description.ts';
import type { Lookups } from '../../../seed/lookups.ts';
import type { RefreshRecord } from '../../../status-matrix/record.ts';
import { column, table } from '../seed/descriptions.ts';
import { everyCell, summer } from './situations.ts';

export const origin = { tag: 'abcdef01', seed: 1, anchor: summer };

const columns = (text: string): ColumnDescription[] =>
  text.split(/\s+/).map((name) => column(name, name.endsWith('id') ? 'uuid' : 'text'));

/** A deployment by the contract, with one required column that the contract does not know. */
export function deployment(without: readonly string[] = []): SchemaDescription {
  const tables = [
    table('restaurants', columns('id name slug timezone')),
    table('zones', columns('id restaurant_id name')),
    table('allowed_capacities', columns('restaurant_id capacity')),
    table('table_inventory', [
      ...columns('id restaurant_id zone_id table_number capacity min_party_size max_party_size status'),
      ...columns('mobility active'),
      column('surcharge', 'numeric(6,2)'),
    ]),
    table('customers', columns('id restaurant_id full_name email phone')),
    table('bookings', [
      ...columns('id restaurant_id customer_id booking_date start_time end_time party_size status'),
      ...columns('customer_name customer_email customer_phone reference checked_in_at'),
      column('booking_type', 'text', { references: { table: 'booking_types', column: 'code' } }),
    ]),
    table('allocations', [
      ...columns('id booking_id restaurant_id resource_type resource_id'),
      column('window', 'tstzrange'),
      column('shadow', 'boolean', { hasDefault: true }),
      column('is_maintenance', 'boolean', { hasDefault: true }),
    ]),
    table(
      'booking_table_assignments',
      columns('id booking_id table_id start_at end_at allocation_id merge_group_id'),
    ),
  ];
  return {
    schema: 'public',
    tables: tables
      .filter(({ name }) => !without.includes(name))
      .map((each) => ({
        ...each,
        columns: each.columns.filter(({ name }) => !without.includes(`${each.name}.${name}`)),
      })),
  };
}

export const lookups: Lookups = ({ table: name }) => (name === 'booking_types' ? 'dinner' : undefined);

/** What the runner in a transaction records of a cell. */
export function recordOf(
  id: string,
  previous: RefreshRecord['previous'],
  stored: RefreshRecord['stored'],
  change: Partial<RefreshRecord> = {},
): RefreshRecord {
  const cell = everyCell(({ id: other }) => other === id)[0];
  if (cell === undefined) throw new Error(`no case ${id}`);
  return {
    one: cell.one,
    at_us: 0,
    runner: 'transaction',
    moment: summer,
    shown: null,
    previous,
    previous_by: 'write',
    elapsed_us: [200, 800],
    stored,
    missing: null,
    error: null,
    ...change,
  };
}

/** A record of every cell, with what `store` makes of it. */
export function everyRecord(
  store: (cell: ReturnType<typeof everyCell>[number]) => RefreshRecord['stored'],
): RefreshRecord[] {
  return everyCell(({ overlapping }) => !overlapping).map((cell) =>
    recordOf(cell.one.id, cell.situation.previous, store(cell)),
  );
}
