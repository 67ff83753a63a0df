-- id: shifted-by-utc-offset
-- category: status
-- defect: The restaurant's local time is compared with windows as if it were UTC.
-- expect: status-rule
-- scenario: window-boundary

SELECT pg_temp.replace_in_function(
  'refresh_table_status',
  'a."window" @> now()',
  $replacement$a."window" @> (
      now() AT TIME ZONE (SELECT r.timezone FROM restaurants r WHERE r.id = v_table.restaurant_id)
    ) AT TIME ZONE 'UTC'$replacement$
);
