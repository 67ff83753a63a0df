-- id: legacy-refresh
-- category: status
-- defect: A table is reserved from the moment of booking until the window ends, not only during the window.
-- expect: status-rule
-- scenario: window-boundary

SELECT pg_temp.replace_in_function(
  'refresh_table_status',
  'a."window" @> now()',
  'upper(a."window") > now()'
);
