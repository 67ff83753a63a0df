-- id: confirm-not-written
-- category: holds
-- defect: Confirming a hold answers with its tables and assigns none of them.
-- expect: acked-is-durable
-- scenario: holds

SELECT pg_temp.replace_in_function(
  'confirm_hold_assignment_with_transition',
  $fragment$SELECT a.table_id, a.start_at, a.end_at, a.merge_group_id
    FROM assign_tables_atomic_v2(
      p_booking_id => p_booking_id,
      p_table_ids => v_table_ids,
      p_idempotency_key => p_idempotency_key,
      p_assigned_by => p_assigned_by,
      p_start_at => v_hold.start_at,
      p_end_at => v_hold.end_at
    ) AS a;$fragment$,
  $replacement$SELECT t.id, v_hold.start_at, v_hold.end_at, NULL::uuid FROM unnest(v_table_ids) AS t (id);
  RETURN;$replacement$
);
