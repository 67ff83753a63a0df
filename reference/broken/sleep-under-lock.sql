-- id: sleep-under-lock
-- category: progress
-- defect: Now and then an assignment waits for something else while it has its tables locked.
-- expect: progress
-- scenario: hot-table

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'v_merge_group_id := choose_merge_group(',
  $replacement$IF hashtext(p_booking_id::text) % 16 = 0 THEN
    PERFORM pg_sleep(16);
  END IF;
  v_merge_group_id := choose_merge_group($replacement$
);
