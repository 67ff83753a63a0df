-- id: ledger-forgets-tables
-- category: idempotency
-- defect: The ledger keeps only the first table of a set, so repeating the call is refused as another payload.
-- expect: idempotent-replay
-- scenario: idempotency

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$p_booking_id, p_idempotency_key, v_table_ids, v_window, v_merge_group_id,$fragment$,
  $replacement$p_booking_id, p_idempotency_key, v_table_ids[1:1], v_window, v_merge_group_id,$replacement$
);
