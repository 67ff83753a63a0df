-- id: key-ignores-tables
-- category: idempotency
-- defect: A key that is used again for other tables is answered with the first ones, instead of being refused.
-- expect: idempotent-replay
-- scenario: idempotency

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$IF v_ledger.table_ids <> v_table_ids THEN$fragment$,
  $replacement$IF false THEN$replacement$
);
