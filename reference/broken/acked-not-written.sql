-- id: acked-not-written
-- category: acknowledgements
-- defect: For about half of the bookings an assignment is acknowledged but not written.
-- expect: acked-is-durable
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'v_slot_id := ensure_booking_slot(',
  $replacement$IF hashtext(p_booking_id::text) % 2 = 0 THEN
    RETURN QUERY SELECT t.id, p_start_at, p_end_at, v_merge_group_id FROM unnest(v_table_ids) AS t (id);
    RETURN;
  END IF;
  v_slot_id := ensure_booking_slot($replacement$
);
