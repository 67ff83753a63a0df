-- id: release-frees-others
-- category: releases
-- defect: Giving tables back frees them of every booking that has them.
-- expect: linearizable
-- scenario: churn

SELECT pg_temp.replace_in_function(
  'release_booking_tables',
  'WHERE a.booking_id = p_booking_id AND a.table_id = ANY (p_table_ids);',
  'WHERE a.table_id = ANY (p_table_ids);'
);
SELECT pg_temp.replace_in_function(
  'release_booking_tables',
  $fragment$WHERE a.booking_id = p_booking_id
    AND CASE a.resource_type
      WHEN 'table' THEN a.resource_id = ANY (p_table_ids)
      ELSE NOT EXISTS$fragment$,
  $replacement$WHERE CASE a.resource_type
      WHEN 'table' THEN a.resource_id = ANY (p_table_ids)
      ELSE a.booking_id = p_booking_id AND NOT EXISTS$replacement$
);
