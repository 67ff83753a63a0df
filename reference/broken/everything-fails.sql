-- id: everything-fails
-- category: errors
-- defect: Every call ends in an internal error.
-- expect: mapped-errors
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  '-- 1. The set, in the order in which everyone locks.',
  $replacement$RAISE EXCEPTION USING ERRCODE = 'XX000', MESSAGE = 'internal error';$replacement$
);
