-- id: takes-a-neighbour-too
-- category: acknowledgements
-- defect: An assignment takes a further table of the zone that nobody asked for, where one is free.
-- expect: no-phantom
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'v_merge_group_id := choose_merge_group(',
  $replacement$INSERT INTO allocations (booking_id, restaurant_id, resource_type, resource_id, "window")
  SELECT p_booking_id, v_booking.restaurant_id, 'table', o.id, v_window
  FROM table_inventory o
  WHERE o.zone_id = v_zone_id AND o.id <> ALL (v_table_ids) AND NOT EXISTS (
    SELECT 1 FROM allocations a WHERE a.resource_id = o.id AND (a."window" && v_window OR a.booking_id = p_booking_id)
  )
  ORDER BY o.id
  LIMIT 1;
  v_merge_group_id := choose_merge_group($replacement$
);
