-- id: write-skew-over-holds
-- category: isolation
-- defect: Holds stand in for locks: each call holds its tables first and then looks at the holds of others, of which it sees none that is not committed yet, and no constraint is behind it.
-- expect: no-double-booking
-- scenario: hot-table

SELECT pg_temp.replace_in_function('sync_hold_windows', 'PERFORM lock_tables(v_table_ids);', '');
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
SELECT pg_temp.replace_in_function('assign_tables_atomic_v2', 'v_detail text;', $replacement$v_detail text;
  v_hold_id uuid := gen_random_uuid();$replacement$);
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  '-- 8. Holds of others.',
  $replacement$INSERT INTO table_holds (id, restaurant_id, booking_id, zone_id, start_at, end_at, expires_at)
  VALUES (
    v_hold_id, v_booking.restaurant_id, p_booking_id, v_zone_id, p_start_at, p_end_at, now() + interval '1 minute'
  );
  INSERT INTO table_hold_members (hold_id, table_id) SELECT v_hold_id, t.id FROM unnest(v_table_ids) AS t (id);
  -- 8. Holds of others.$replacement$
);
-- Between the look at the holds and the end, to make the gap wide enough to be met.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'v_merge_group_id := choose_merge_group(',
  $replacement$PERFORM pg_sleep(0.02);
  v_merge_group_id := choose_merge_group($replacement$
);
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  '-- A group whose tables all went to another one.',
  'DELETE FROM table_holds h WHERE h.id = v_hold_id;'
);

ALTER TABLE public.allocations DROP CONSTRAINT allocations_no_overlap;
ALTER TABLE public.booking_table_assignments DROP CONSTRAINT booking_table_assignments_table_slot_key;
CREATE INDEX allocations_window_idx ON public.allocations
  USING gist (restaurant_id, resource_type, resource_id, "window") WHERE (NOT shadow);
