-- id: counts-shadows
-- category: status
-- defect: Shadow allocations count as if they were live.
-- expect: status-rule
-- scenario: window-boundary

SELECT pg_temp.replace_in_function(
  'refresh_table_status',
  $fragment$AND NOT a.shadow
    AND a."window" @> now()$fragment$,
  'AND a."window" @> now()'
);
