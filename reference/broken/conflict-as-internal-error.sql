-- id: conflict-as-internal-error
-- category: errors
-- defect: A conflict comes back as an internal error.
-- expect: mapped-errors
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$ERRCODE = 'P0001',
      MESSAGE = format('allocations_no_overlap$fragment$,
  $replacement$ERRCODE = 'XX000',
      MESSAGE = format('allocations_no_overlap$replacement$
);
