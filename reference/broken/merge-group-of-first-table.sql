-- id: merge-group-of-first-table
-- category: merges
-- defect: Only the first table of a set belongs to its merge group.
-- expect: atomic-merge
-- scenario: merge

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$p_idempotency_key, t.id, v_merge_group_id, p_assigned_by$fragment$,
  $replacement$p_idempotency_key, t.id, CASE WHEN t.resource_id = v_table_ids[1] THEN v_merge_group_id END, p_assigned_by$replacement$
);
