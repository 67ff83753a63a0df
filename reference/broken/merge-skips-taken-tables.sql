-- id: merge-skips-taken-tables
-- category: merges
-- defect: Of a set of tables those that are taken are left out, instead of refusing the whole set.
-- expect: atomic-merge
-- scenario: merge

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$  -- 9. Allocations of others.$fragment$,
  $replacement$  v_table_ids := coalesce(
    nullif(
      ARRAY(
        SELECT t.id FROM unnest(v_table_ids) AS t (id)
        WHERE NOT EXISTS (
          SELECT 1 FROM allocations a
          WHERE a.resource_type = 'table' AND a.resource_id = t.id AND a."window" && v_window
            AND a.booking_id IS DISTINCT FROM p_booking_id
        )
        ORDER BY t.id
      ),
      '{}'
    ),
    v_table_ids
  );

  -- 9. Allocations of others.$replacement$
);
