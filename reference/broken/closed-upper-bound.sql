-- id: closed-upper-bound
-- category: status
-- defect: A window still counts at the very instant of its end.
-- expect: status-rule
-- scenario: window-boundary

SELECT pg_temp.replace_in_function(
  'refresh_table_status',
  'a."window" @> now()',
  $replacement$tstzrange(lower(a."window"), upper(a."window"), '[]') @> now()$replacement$
);
