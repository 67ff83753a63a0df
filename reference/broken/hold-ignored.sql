-- id: hold-ignored
-- category: holds
-- defect: Assignments do not look at the holds of others.
-- expect: linearizable
-- scenario: holds

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$    AND w.hold_window && v_window
$fragment$,
  $replacement$    AND false
$replacement$
);
