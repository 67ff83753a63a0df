-- id: key-ignored
-- category: idempotency
-- defect: Idempotency keys are written down and never looked at, so every repetition is carried out.
-- expect: idempotent-replay
-- scenario: idempotency

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$IF p_idempotency_key IS NOT NULL THEN
    SELECT * INTO v_ledger$fragment$,
  $replacement$IF false THEN
    SELECT * INTO v_ledger$replacement$
);
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$md5(array_to_string(v_table_ids, ','))
    );$fragment$,
  $replacement$md5(array_to_string(v_table_ids, ','))
    )
    ON CONFLICT DO NOTHING;$replacement$
);
