import { randomUUID } from 'node:crypto';
import type postgres from 'postgres';

/** One table that a booking has, and another booking that wants it: every further call is a conflict. */
export async function seedTakenTable(sql: postgres.Sql): Promise<{ table: string; rival: string }> {
  const [restaurant, zone, table, customer, winner, rival] = Array.from({ length: 6 }, () =>
    randomUUID(),
  ) as [string, string, string, string, string, string];
  await sql`insert into restaurants ${sql({ id: restaurant, name: 'Bench', slug: 'bench', timezone: 'UTC' })}`;
  await sql`insert into allowed_capacities ${sql({ restaurant_id: restaurant, capacity: 4 })}`;
  await sql`insert into zones ${sql({ id: zone, restaurant_id: restaurant, name: 'bench' })}`;
  await sql`insert into table_inventory ${sql({ id: table, restaurant_id: restaurant, zone_id: zone, table_number: '1', capacity: 4 })}`;
  const guest = { full_name: 'Guest', email: 'guest@example.com', phone: '+15550000000' };
  await sql`insert into customers ${sql({ id: customer, restaurant_id: restaurant, ...guest })}`;
  const bookings = [winner, rival].map((id) => ({
    id,
    restaurant_id: restaurant,
    customer_id: customer,
    booking_date: '2031-03-01',
    start_time: '18:00',
    end_time: '20:00',
    party_size: 2,
    customer_name: guest.full_name,
    customer_email: guest.email,
    customer_phone: guest.phone,
  }));
  await sql`insert into bookings ${sql(bookings)}`;
  await sql`select * from assign_tables_atomic_v2(${winner}, ${[table]}::uuid[])`;
  return { table, rival };
}
