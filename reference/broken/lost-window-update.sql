-- id: lost-window-update
-- category: isolation
-- defect: An assignment writes the windows of its booking's other tables back as it read them before it locked anything, so a move that was committed in between is lost.
-- expect: acked-is-durable
-- scenario: idempotency

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'v_detail text;',
  $replacement$v_detail text;
  v_others allocations[];$replacement$
);
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'SELECT * INTO v_booking FROM bookings b WHERE b.id = p_booking_id FOR NO KEY UPDATE;',
  $replacement$SELECT array_agg(a) INTO v_others
  FROM allocations a
  WHERE a.booking_id = p_booking_id AND a.resource_type = 'table' AND a.resource_id <> ALL (v_table_ids);
  SELECT * INTO v_booking FROM bookings b WHERE b.id = p_booking_id;$replacement$
);
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  '-- A group whose tables all went to another one.',
  $replacement$UPDATE allocations a
  SET "window" = o."window"
  FROM unnest(v_others) AS o
  WHERE a.id = o.id AND a."window" <> o."window";
  UPDATE booking_table_assignments m
  SET start_at = lower(o."window"), end_at = upper(o."window")
  FROM unnest(v_others) AS o
  WHERE m.allocation_id = o.id AND m.start_at <> lower(o."window");$replacement$
);
