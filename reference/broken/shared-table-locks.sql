-- id: shared-table-locks
-- category: progress
-- defect: Tables are locked in share mode, and the lock is raised when their status is written: two callers wait for each other.
-- expect: progress
-- scenario: hot-table

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$PERFORM 1 FROM table_inventory t WHERE t.id = ANY (v_table_ids) ORDER BY t.id FOR NO KEY UPDATE;$fragment$,
  $replacement$PERFORM 1 FROM table_inventory t WHERE t.id = ANY (v_table_ids) ORDER BY t.id FOR SHARE;$replacement$
);
