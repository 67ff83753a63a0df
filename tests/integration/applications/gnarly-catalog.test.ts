import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Application, startApplication } from './application.ts';
import { kinds } from './gnarly-kinds.ts';

/** That the gnarly application has every kind of object it was written to have: nobody simplifies it by accident. */

let application: Application;
beforeAll(async () => {
  application = await startApplication('gnarly');
});
afterAll(() => application?.stop());

describe('the gnarly application', () => {
  it.each(Object.entries(kinds))('has %s', async (_, [query, least]) => {
    const text = `select count(*)::int as found from (select 'public'::regnamespace::oid as s) as schema, lateral (select from ${query}) as x`;
    const [row] = await application.sql.unsafe(text);
    expect(row?.found).toBeGreaterThanOrEqual(least);
  });

  it('requires columns that the plan does not know', async () => {
    const { sql } = application;
    const rows = await sql`
      select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = 'public' and is_nullable = 'NO' and column_default is null and is_generated = 'NEVER'
        and column_name = any (${['legal_name', 'opened_on', 'price', 'floor_code', 'surcharge', 'locale_id', 'source', 'booking_type']})
        and table_name in ('restaurants', 'zones', 'table_inventory', 'customers', 'bookings')
      order by 1`;
    expect(rows.map((row) => row.name)).toEqual([
      'bookings.booking_type',
      'bookings.source',
      'customers.locale_id',
      'restaurants.legal_name',
      'restaurants.opened_on',
      'restaurants.price',
      'table_inventory.surcharge',
      'zones.floor_code',
    ]);
  });
});
