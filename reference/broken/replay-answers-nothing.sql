-- id: replay-answers-nothing
-- category: idempotency
-- defect: A repetition under the same key is answered with success and no rows.
-- expect: idempotent-replay
-- scenario: idempotency

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$FROM unnest(v_ledger.table_ids) AS t (id);$fragment$,
  $replacement$FROM unnest(v_ledger.table_ids) AS t (id) WHERE false;$replacement$
);
