-- id: sticky-out-of-service
-- category: status
-- defect: A table that is out of service stays so when its maintenance is over.
-- expect: status-rule
-- scenario: window-boundary

-- No maintenance is ever found, so every table that is out of service was put there by hand.
SELECT pg_temp.replace_in_function('refresh_table_status', 'AND a.is_maintenance', 'AND false');
