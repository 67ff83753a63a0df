-- table-stress, run abcdef01, violation 1: no-double-booking
-- promised: no two live allocations of one table overlap, at any time
-- broken: table hot-table/1 is allocated twice in the final state: to booking hot-table/1 for [2026-06-01 12:01:00Z, 2026-06-01 12:02:00Z) and to booking hot-table/2 for [2026-06-01 12:01:00Z, 2026-06-01 12:02:00Z)
-- tried: reproduced in try 3
--
-- On a copy of the application that may be changed, never on production, as the role postgres:
--   psql "$DATABASE_URL" -f THIS_FILE
-- Names without a schema mean the first one of search_path: change that line to play it elsewhere.
-- Like that the steps run one after the other. In the run A1 and B1 ran at the same time; whether they meet is luck.
-- To let them, open a psql for each of the sessions A, B, and one more:
--   1. in the one more: play the set-up, then SELECT table_stress_repro.raise_barrier();
--   2. in each session: SET search_path as in the set-up, then its steps; they wait at the barrier
--   3. in the one more: SELECT table_stress_repro.lower_barrier(); then play the check and the clean-up
-- table-stress tries it by itself, on a fresh embedded copy:
--   npm run stress -- replay runs/latest --violation 1

-- ===== set-up =====
SET search_path = public, extensions;

-- What the script notes down, in a schema of its own.
DROP SCHEMA IF EXISTS table_stress_repro CASCADE;
CREATE SCHEMA table_stress_repro;
CREATE TABLE table_stress_repro.answers (step text, code text, message text, rows jsonb, began_at timestamptz, ended_at timestamptz);
CREATE FUNCTION table_stress_repro.answer(step text, call text) RETURNS text LANGUAGE plpgsql AS $$
DECLARE
  began timestamptz := clock_timestamp();
  error_code text;
  error_message text;
  answered jsonb;
BEGIN
  BEGIN
    EXECUTE format(
      'WITH called AS (%s) SELECT coalesce(jsonb_agg(to_jsonb(called) ORDER BY to_jsonb(called)::text), ''[]'') FROM called',
      call
    ) INTO answered;
    SET CONSTRAINTS ALL IMMEDIATE;
  EXCEPTION WHEN OTHERS THEN
    error_code := SQLSTATE;
    error_message := SQLERRM;
    answered := NULL;
  END;
  INSERT INTO table_stress_repro.answers VALUES (step, error_code, error_message, answered, began, clock_timestamp());
  RETURN coalesce(error_code || ' ' || error_message, 'ok ' || answered::text);
END
$$;
CREATE FUNCTION table_stress_repro.raise_barrier() RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_lock(2882400001) $$;
CREATE FUNCTION table_stress_repro.lower_barrier() RETURNS void LANGUAGE sql AS $$ SELECT pg_advisory_unlock(2882400001) $$;
CREATE FUNCTION table_stress_repro.wait_at_barrier() RETURNS void LANGUAGE sql AS $$
  SELECT pg_advisory_lock_shared(2882400001);
  SELECT pg_advisory_unlock_shared(2882400001);
$$;
GRANT USAGE ON SCHEMA table_stress_repro TO service_role;
GRANT INSERT ON table_stress_repro.answers TO service_role;

-- The rows that the calls need.
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL ROLE service_role;
SET LOCAL request.jwt.claims = '{"role": "service_role"}';
INSERT INTO restaurants (id, "name", slug, timezone)
  VALUES ('abcdef01-0102-85e2-8d17-000000000000', 'Load test ts-abcdef01 hot-table 0', 'ts-abcdef01-hot-table-0', 'Europe/Madrid');
INSERT INTO zones (id, restaurant_id, "name")
  VALUES ('abcdef01-0202-85e2-8d17-000000000000', 'abcdef01-0102-85e2-8d17-000000000000', 'ts-abcdef01 zone 0');
INSERT INTO allowed_capacities (restaurant_id, capacity)
  VALUES ('abcdef01-0102-85e2-8d17-000000000000', 4);
INSERT INTO table_inventory (id, restaurant_id, zone_id, table_number, capacity, min_party_size, max_party_size, status, mobility, active, surcharge)
  VALUES ('abcdef01-0302-85e2-8d17-000000000001', 'abcdef01-0102-85e2-8d17-000000000000', 'abcdef01-0202-85e2-8d17-000000000000', 'ts-abcdef01-1', 4, 1, 4, 'available', 'movable', true, 1);
INSERT INTO customers (id, restaurant_id, full_name, email, phone)
  VALUES ('abcdef01-0402-85e2-8d17-000000000000', 'abcdef01-0102-85e2-8d17-000000000000', 'Guest 0 ts-abcdef01', 'ts-abcdef01-hot-table-guest-0@example.com', '+1555000000000');
INSERT INTO bookings (id, restaurant_id, customer_id, booking_date, start_time, end_time, party_size, status, checked_in_at, customer_name, customer_email, customer_phone, reference, booking_type)
  VALUES ('abcdef01-0502-85e2-8d17-000000000001', 'abcdef01-0102-85e2-8d17-000000000000', 'abcdef01-0402-85e2-8d17-000000000000', '2026-06-01', '14:01:00', '14:02:00', 2, 'pending', NULL, 'Guest 0 ts-abcdef01', 'ts-abcdef01-hot-table-guest-0@example.com', '+1555000000000', 'ts-abcdef01-hot-table-booking-1', 'dinner');
INSERT INTO bookings (id, restaurant_id, customer_id, booking_date, start_time, end_time, party_size, status, checked_in_at, customer_name, customer_email, customer_phone, reference, booking_type)
  VALUES ('abcdef01-0502-85e2-8d17-000000000002', 'abcdef01-0102-85e2-8d17-000000000000', 'abcdef01-0402-85e2-8d17-000000000000', '2026-06-01', '14:01:00', '14:02:00', 1, 'pending', NULL, 'Guest 0 ts-abcdef01', 'ts-abcdef01-hot-table-guest-0@example.com', '+1555000000000', 'ts-abcdef01-hot-table-booking-2', 'dinner');
COMMIT;

-- ===== sessions =====

-- session A, step 1: assign table hot-table/1 to booking hot-table/1 for [2026-06-01 12:01:00Z, 2026-06-01 12:02:00Z) under key one; in the run: acknowledged
-- process 0, from 0.000 ms to 30.000 ms, at the same time as B1
SELECT table_stress_repro.wait_at_barrier();
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL ROLE service_role;
SET LOCAL request.jwt.claims = '{"role": "service_role"}';
SELECT table_stress_repro.answer('A1', $call$
  SELECT * FROM assign_tables_atomic_v2(p_booking_id => 'abcdef01-0502-85e2-8d17-000000000001', p_table_ids => '{abcdef01-0302-85e2-8d17-000000000001}', p_idempotency_key => 'one', p_require_adjacency => false, p_assigned_by => NULL, p_start_at => '2026-06-01T12:01:00.000Z', p_end_at => '2026-06-01T12:02:00.000Z')
$call$);
COMMIT;

-- session B, step 1: assign table hot-table/1 to booking hot-table/2 for [2026-06-01 12:01:00Z, 2026-06-01 12:02:00Z) under key other; in the run: acknowledged
-- process 1, from 5.000 ms to 32.000 ms, at the same time as A1
SELECT table_stress_repro.wait_at_barrier();
BEGIN ISOLATION LEVEL READ COMMITTED;
SET LOCAL ROLE service_role;
SET LOCAL request.jwt.claims = '{"role": "service_role"}';
SELECT table_stress_repro.answer('B1', $call$
  SELECT * FROM assign_tables_atomic_v2(p_booking_id => 'abcdef01-0502-85e2-8d17-000000000002', p_table_ids => '{abcdef01-0302-85e2-8d17-000000000001}', p_idempotency_key => 'other', p_require_adjacency => false, p_assigned_by => NULL, p_start_at => '2026-06-01T12:01:00.000Z', p_end_at => '2026-06-01T12:02:00.000Z')
$call$);
COMMIT;

-- ===== check =====
-- What was answered here.

SELECT step, coalesce(code, 'ok') AS answer, message, rows FROM table_stress_repro.answers ORDER BY began_at;

-- Each row is a contradiction: one table, two live allocations whose windows overlap.
SELECT one.resource_id AS table_id, one.booking_id, other.booking_id AS other_booking_id,
       one."window" * other."window" AS both
  FROM allocations one
  JOIN allocations other ON other.resource_id = one.resource_id AND other.id > one.id AND other."window" && one."window"
 WHERE one.resource_type = 'table' AND other.resource_type = 'table' AND NOT one.shadow AND NOT other.shadow
   AND one.booking_id IN ('abcdef01-0502-85e2-8d17-000000000001', 'abcdef01-0502-85e2-8d17-000000000002');

-- ===== clean-up =====
-- Every row that carries the run's tag (abcdef01), and what the script noted down.
DO $$
DECLARE
  name text;
BEGIN
  FOR round IN 1..2 LOOP
    FOREACH name IN ARRAY ARRAY[
      'zones', 'table_inventory', 'restaurants', 'customers', 'bookings', 'booking_table_assignments', 'allowed_capacities', 'allocations'
    ] LOOP
      EXECUTE format('DELETE FROM %I tagged WHERE (tagged.*)::text ~ %L', name, '(^|[^0-9a-f])abcdef01-[0-9a-f]{4}-8[0-9a-f]{3}-8|ts-abcdef01');
    END LOOP;
  END LOOP;
END
$$;
DROP SCHEMA table_stress_repro CASCADE;
