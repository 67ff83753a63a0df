-- id: conflict-as-refusal
-- category: errors
-- defect: A conflict comes back with the code of a request that is wrong in itself.
-- expect: mapped-errors
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$ERRCODE = 'P0001',
      MESSAGE = format('allocations_no_overlap: table %s is taken', v_claim.table_id)$fragment$,
  $replacement$ERRCODE = '23514',
      MESSAGE = format('allocations_no_overlap: table %s is taken', v_claim.table_id)$replacement$
);
