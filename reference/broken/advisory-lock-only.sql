-- id: advisory-lock-only
-- category: locking
-- defect: Only the advisory lock of zone and hour keeps calls apart, so windows that overlap but start in other hours meet.
-- expect: no-double-booking
-- scenario: hot-table

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'PERFORM 1 FROM table_inventory t WHERE t.id = ANY (v_table_ids) ORDER BY t.id FOR NO KEY UPDATE;',
  ''
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
