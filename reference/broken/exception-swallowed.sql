-- id: exception-swallowed
-- category: acknowledgements
-- defect: The violation of the constraint is caught and then acknowledged as if all had been written.
-- expect: acked-is-durable
-- scenario: hot-table

-- Without a look before it, every conflict is left to the constraint.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'AND a.booking_id IS DISTINCT FROM p_booking_id',
  'AND false'
);
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'allocations_no_overlap', DETAIL = v_detail;$fragment$,
  $replacement$RETURN QUERY SELECT t.id, p_start_at, p_end_at, v_merge_group_id FROM unnest(v_table_ids) AS t (id);
      RETURN;$replacement$
);
