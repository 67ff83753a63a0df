-- id: partial-merge
-- category: merges
-- defect: Of a set of tables only the first is assigned, though all are acknowledged.
-- expect: atomic-merge
-- scenario: merge

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$AND t.resource_type = 'table' AND t.resource_id = ANY (v_table_ids)$fragment$,
  $replacement$AND t.resource_type = 'table' AND t.resource_id = v_table_ids[1]$replacement$
);
