-- id: stale-refresh
-- category: status
-- defect: A table's status follows its windows three seconds late, as if it were worked out from an old snapshot.
-- expect: status-fresh
-- scenario: window-boundary

SELECT pg_temp.replace_in_function(
  'refresh_table_status',
  'a."window" @> now()',
  'a."window" @> (now() - interval ''3 seconds'')'
);
