-- id: lock-on-customer
-- category: locking
-- defect: The row of the customer is locked instead of those of the tables, and no constraint is behind it.
-- expect: no-double-booking
-- scenario: hot-table

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'PERFORM 1 FROM table_inventory t WHERE t.id = ANY (v_table_ids) ORDER BY t.id FOR NO KEY UPDATE;',
  'PERFORM 1 FROM customers c WHERE c.id = v_booking.customer_id FOR NO KEY UPDATE;'
);
-- Any function will do that takes the key and locks nothing.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'pg_advisory_xact_lock(',
  'sign('
);
-- Between the check and the write, to make the gap wide enough to be met.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'v_merge_group_id := choose_merge_group(',
  'PERFORM pg_sleep(0.02); v_merge_group_id := choose_merge_group('
);

ALTER TABLE public.allocations DROP CONSTRAINT allocations_no_overlap;
ALTER TABLE public.booking_table_assignments DROP CONSTRAINT booking_table_assignments_table_slot_key;
CREATE INDEX allocations_window_idx ON public.allocations
  USING gist (restaurant_id, resource_type, resource_id, "window") WHERE (NOT shadow);
