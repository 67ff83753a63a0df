-- id: check-in-old-snapshot
-- category: isolation
-- defect: One statement locks the tables and looks whether they are free, so that after a wait it still sees what was there before it, and no constraint is behind it.
-- expect: no-double-booking
-- scenario: hot-table

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'PERFORM 1 FROM table_inventory t WHERE t.id = ANY (v_table_ids) ORDER BY t.id FOR NO KEY UPDATE;',
  ''
);
-- Any function will do that takes the key and locks nothing.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'pg_advisory_xact_lock(',
  'sign('
);
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$  SELECT a.resource_id AS table_id, a."window" AS taken INTO v_claim
  FROM allocations a
  WHERE a.restaurant_id$fragment$,
  $replacement$  WITH locked AS MATERIALIZED (
    SELECT t.id FROM table_inventory t WHERE t.id = ANY (v_table_ids) ORDER BY t.id FOR NO KEY UPDATE
  )
  SELECT a.resource_id AS table_id, a."window" AS taken INTO v_claim
  FROM allocations a
  WHERE (SELECT count(*) FROM locked) > 0 AND a.restaurant_id$replacement$
);
-- Under the lock, to let others come and wait for it.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'v_merge_group_id := choose_merge_group(',
  $replacement$PERFORM pg_sleep(0.02);
  v_merge_group_id := choose_merge_group($replacement$
);

ALTER TABLE public.allocations DROP CONSTRAINT allocations_no_overlap;
ALTER TABLE public.booking_table_assignments DROP CONSTRAINT booking_table_assignments_table_slot_key;
CREATE INDEX allocations_window_idx ON public.allocations
  USING gist (restaurant_id, resource_type, resource_id, "window") WHERE (NOT shadow);
