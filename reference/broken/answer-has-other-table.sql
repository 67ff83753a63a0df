-- id: answer-has-other-table
-- category: acknowledgements
-- defect: The answer names another table of the zone than the one assigned.
-- expect: linked
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'RETURN QUERY SELECT t.id, p_start_at, p_end_at, v_merge_group_id FROM unnest(v_table_ids) AS t (id);',
  $replacement$RETURN QUERY
    SELECT coalesce(
        (SELECT o.id FROM table_inventory o WHERE o.zone_id = v_zone_id AND o.id <> ALL (v_table_ids) ORDER BY o.id LIMIT 1),
        t.id
      ), p_start_at, p_end_at, v_merge_group_id
    FROM unnest(v_table_ids) AS t (id);$replacement$
);
