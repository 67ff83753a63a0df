-- id: first-hold-only
-- category: holds
-- defect: Of a set of tables only the first is looked up among the holds.
-- expect: linearizable
-- scenario: holds

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'WHERE w.table_id = ANY (v_table_ids)',
  'WHERE w.table_id = v_table_ids[1]'
);
