-- id: answer-misses-tables
-- category: acknowledgements
-- defect: The answer holds the first table of a set only.
-- expect: linked
-- scenario: merge

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'RETURN QUERY SELECT t.id, p_start_at, p_end_at, v_merge_group_id FROM unnest(v_table_ids) AS t (id);',
  'RETURN QUERY SELECT t.id, p_start_at, p_end_at, v_merge_group_id FROM unnest(v_table_ids) AS t (id) LIMIT 1;'
);
