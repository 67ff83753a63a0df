import { beforeAll, describe, expect, it } from 'vitest';
import { loadScanner } from '../../../sql/tokens.ts';
import { maintained } from '../../../status-matrix/case.ts';
import { judge } from '../../../status-matrix/judge.ts';
import type { RefreshRecord } from '../../../status-matrix/record.ts';
import { scriptOf } from '../../../status-matrix/script.ts';
import { HOUR } from '../../../status-matrix/situation.ts';
import { deployment, lookups, origin, recordOf } from './deployment.ts';

beforeAll(loadScanner);

function script(record: RefreshRecord): string {
  const [observation] = judge([record]).observations;
  if (observation === undefined) throw new Error('nothing was judged');
  return scriptOf({ description: deployment(), lookups, origin }, record, observation);
}

it('holds all that a case needs and no more, and takes it back', () => {
  expect(script(recordOf('to-come', 'available', 'reserved'))).toMatchInlineSnapshot(`
    "-- table-stress, status matrix: refresh_table_status against the rule.
    -- case to-come: a window that begins in an hour
    -- previous status: available
    -- expected: available
    -- got: reserved
    -- Changes nothing: it ends with ROLLBACK. Run it as a whole, with psql or in an SQL editor.
    BEGIN;
    SET LOCAL search_path = public, extensions;
    INSERT INTO public.restaurants (id, "name", slug, timezone)
      VALUES ('abcdef01-010a-85e2-8d17-000000000000', 'Load test ts-abcdef01 status-matrix 0', 'ts-abcdef01-status-matrix-0', 'UTC');
    INSERT INTO public.allowed_capacities (restaurant_id, capacity)
      VALUES ('abcdef01-010a-85e2-8d17-000000000000', 3);
    INSERT INTO public.zones (id, restaurant_id, "name")
      VALUES ('abcdef01-020a-85e2-8d17-000000000000', 'abcdef01-010a-85e2-8d17-000000000000', 'ts-abcdef01 zone 0');
    INSERT INTO public.table_inventory (id, restaurant_id, zone_id, table_number, capacity, min_party_size, max_party_size, status, mobility, active, surcharge)
      VALUES ('abcdef01-030a-85e2-8d17-000000000000', 'abcdef01-010a-85e2-8d17-000000000000', 'abcdef01-020a-85e2-8d17-000000000000', 'ts-abcdef01-0', 3, 1, 3, 'available', 'movable', true, 1);
    INSERT INTO public.customers (id, restaurant_id, full_name, email, phone)
      VALUES ('abcdef01-040a-85e2-8d17-000000000000', 'abcdef01-010a-85e2-8d17-000000000000', 'Guest 0 ts-abcdef01', 'ts-abcdef01-status-matrix-guest-0@example.com', '+1555000000000');
    INSERT INTO public.bookings (id, restaurant_id, customer_id, booking_date, start_time, end_time, party_size, status, checked_in_at, customer_name, customer_email, customer_phone, reference, booking_type)
      VALUES ('abcdef01-050a-85e2-8d17-000000000000', 'abcdef01-010a-85e2-8d17-000000000000', 'abcdef01-040a-85e2-8d17-000000000000', '2026-07-15', '13:00:00', '14:00:00', 2, 'pending', NULL, 'Guest 0 ts-abcdef01', 'ts-abcdef01-status-matrix-guest-0@example.com', '+1555000000000', 'ts-abcdef01-status-matrix-booking-0', 'dinner');
    INSERT INTO public.allocations (id, booking_id, restaurant_id, resource_type, resource_id, "window", shadow, is_maintenance)
      VALUES ('abcdef01-000a-85e2-8d17-000000000000', 'abcdef01-050a-85e2-8d17-000000000000', 'abcdef01-010a-85e2-8d17-000000000000', 'table', 'abcdef01-030a-85e2-8d17-000000000000', tstzrange(now() + interval '1 hour', now() + interval '3 hours', '[)'), false, false);
    INSERT INTO public.booking_table_assignments (id, booking_id, table_id, start_at, end_at, allocation_id, merge_group_id)
      VALUES ('abcdef01-000a-85e2-8d17-000000000001', 'abcdef01-050a-85e2-8d17-000000000000', 'abcdef01-030a-85e2-8d17-000000000000', now() + interval '1 hour', now() + interval '3 hours', 'abcdef01-000a-85e2-8d17-000000000000', NULL);
    UPDATE public.table_inventory SET status = 'available' WHERE id = 'abcdef01-030a-85e2-8d17-000000000000';
    SELECT public.refresh_table_status(p_table_id => 'abcdef01-030a-85e2-8d17-000000000000');
    SELECT status FROM public.table_inventory WHERE id = 'abcdef01-030a-85e2-8d17-000000000000';
    ROLLBACK;
    "
  `);
});

it('is the same whenever it is made from the same', () => {
  const one = recordOf('merge-group', 'occupied', 'occupied');
  expect(script(one)).toBe(script(one));
});

describe('it shows', () => {
  it('what becomes of bookings, as staff would do it', () => {
    expect(script(recordOf('guests', 'available', 'reserved'))).toMatch(
      /UPDATE public\.bookings SET status = 'checked_in', checked_in_at = now\(\) WHERE id = '[^']+';/,
    );
    expect(script(recordOf('cancelled', 'available', 'reserved'))).toContain(
      "UPDATE public.bookings SET status = 'cancelled' WHERE",
    );
  });

  it('times to the microsecond, and in units that no change of the clocks alters', () => {
    expect(script(recordOf('microsecond-before-start', 'available', 'reserved'))).toContain(
      "tstzrange(now() + interval '1 microsecond', now() + interval '7200000001 microseconds', '[)')",
    );
    expect(script(recordOf('tomorrow', 'available', 'reserved'))).toContain("now() + interval '24 hours'");
    expect(script(recordOf('at-end', 'available', 'reserved'))).toContain(
      "tstzrange(now() - interval '2 hours', now(), '[)')",
    );
  });

  it('how the previous status was written where triggers do not let it be', () => {
    const record = recordOf('ended', 'reserved', 'reserved', { previous_by: 'write without triggers' });
    expect(script(record)).toMatch(
      /SET LOCAL session_replication_role = replica;\nUPDATE .*;\nSET LOCAL session_replication_role = origin;/,
    );
  });

  it('the error that a refresh raised, in a comment of one line', () => {
    const record = recordOf('ended', 'reserved', null, {
      error: 'it raised an error (22012: division\nby zero)',
    });
    expect(script(record)).toContain('-- got: none, it raised an error (22012: division by zero)\n');
  });

  it('what was seen on the virtual clock, around now', () => {
    const { one } = recordOf('at-start', 'out_of_service', null);
    const walked = { ...one, earlier: [maintained(-8000 * HOUR, -7999 * HOUR)] };
    const text = script(
      recordOf('at-start', 'out_of_service', 'out_of_service', {
        one: walked,
        at_us: 1,
        runner: 'clock',
        previous_by: 'refresh',
        shown: '2027-03-28 01:00:00.000001Z',
      }),
    );
    expect(text).toContain('-- Seen when a virtual clock stood at 2027-03-28 01:00:00.000001Z;');
    expect(text).toContain("now() - interval '1 microsecond', now() + interval '7199999999 microseconds'");
    expect(text).toContain("now() - interval '28800000000001 microseconds'");
    expect(text).toContain("SET status = 'out_of_service'");
  });
});
