-- id: hold-without-table-locks
-- defect: Holds look for claims without locking the tables, so a hold and an assignment miss each other.
-- expect: linearizable
-- scenario: holds

-- Any function will do that takes the ids and locks nothing.
SELECT pg_temp.replace_in_function(
  'sync_hold_windows',
  $fragment$PERFORM lock_tables(v_table_ids);$fragment$,
  $replacement$PERFORM cardinality(v_table_ids);$replacement$
);
-- Between the write and the check of a hold, and of an assignment, to make the gap wide enough to be met.
SELECT pg_temp.replace_in_function(
  'sync_hold_windows',
  $fragment$  -- A hold without a booking is another's to everyone.$fragment$,
  $replacement$  PERFORM pg_sleep(0.02);
  -- A hold without a booking is another's to everyone.$replacement$
);
