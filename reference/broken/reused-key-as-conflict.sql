-- id: reused-key-as-conflict
-- category: idempotency
-- defect: A key that is used again for other tables is refused as if those were taken.
-- expect: justified-rejection
-- scenario: idempotency

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$ERRCODE = 'P0003', MESSAGE = 'idempotency key was used for another set of tables'$fragment$,
  $replacement$ERRCODE = 'P0001', MESSAGE = 'allocations_no_overlap: idempotency key was used for another set of tables'$replacement$
);
