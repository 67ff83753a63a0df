import type postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Application, startApplication } from './application.ts';
import { makeWorld } from './world.ts';

/** That the odd functions of the gnarly application work at all: a body that never ran proves nothing when rewritten. */

let application: Application;
let sql: postgres.Sql;
let booking: string;
let restaurant: string;

beforeAll(async () => {
  application = await startApplication('gnarly');
  sql = application.sql;
  const world = await makeWorld(application);
  restaurant = world.restaurantId;
  booking = await world.booking({ reference: 'R1' });
  await sql`insert into seat_requests (booking_id, tables) values (${booking}, ${await world.tables(2)})`;
  await sql`insert into "Shift Notes" ("Author Name") values ('Zoë')`;
});
afterAll(() => application?.stop());

const calls: [string, unknown][] = [
  [`count_rows('bookings')`, '1'],
  [`(select count(*)::int > 30 from count_all())`, true],
  [`(select count(*)::int from tables_with_column('booking_id')) > 5`, true],
  [`make_greeter() ~ 'greeting.uuid.'`, true],
  [`greeting($1) like 'Dear Ada, see you at 2031-03-01 18:00%'`, true],
  [`made_in_do(7)`, '7'],
  [`next_ticket('T') ~ '^T[0-9]+/[0-9]+$'`, true],
  [`has_right('bookings')`, true],
  [`describe_booking($1)`, '🍽️ Ada, Test · R1 ✓'],
  [`describe_booking(null)`, `kein Eintrag in 'public.bookings' 🤷 ✓`],
  [`(select "weird Name"(n, true) from "Shift Notes" n limit 1)`, 'ZOË'],
  [`"überprüfe"(1)`, true],
  [`public()`, 'public'],
  [`page_of($2)`, 'public'],
  [`array_length(tags_of_public('{"public": {}}'), 1)`, 4],
  [`(select covers_of(b) from bookings b)`, '2'],
  [`touching(row(now(), 'tomorrow')::moment_span, row('tomorrow', 'infinity')::moment_span)`, true],
  [`refresh_zone_load()`, '62'],
  [`(select restaurants from pages where public = 'public')`, '1'],
  [`(select count(*)::int from booking_table_assignments)`, 2],
  [`(select count(*)::int from row_images where relation = 'allocations'::regclass)`, 3],
  [`(select count(*)::int from allocation_journal)`, 3],
  [`(select (stamp).audience::text from outbox)`, 'staff'],
  [`(select count(*)::int from stale_tables)`, 0],
];

it.each(calls)('%s', async (call, expected) => {
  const text = `select ${call} as answer, $1::uuid as booking, $2::uuid as restaurant`;
  const [row] = await sql.unsafe(text, [booking, restaurant]);
  expect(row?.answer).toEqual(expected);
});

it('procedures run, and the rule of a view', async () => {
  const [note] = await sql`call add_note(null, 'Ada', null)`;
  expect(note?.p_id).toBeGreaterThan(0);
  const [floor] = await sql`call refresh_floor(${restaurant})`;
  expect(floor?.p_tables).toBe('2');
  await sql`delete from seat_requests where booking_id = ${booking}`;
  const [left] = await sql`select count(*)::int from allocations`;
  expect(left).toEqual({ count: 0 });
});

it('a change of status is logged in partitions and children', async () => {
  await sql`update bookings set status = 'checked_in', checked_in_at = now() where id = ${booking}`;
  const [row] = await sql`
    select (select count(*)::int from event_log where booking_id = ${booking}) as events,
      (select count(*)::int from floor_events where what = 'visit') as visits,
      (select count(*)::int from only floor_events) as own`;
  expect(row).toEqual({ events: 1, visits: 1, own: 0 });
});
