-- id: status-never-refreshed
-- category: status
-- defect: refresh_table_status works out the status and never writes it.
-- expect: status-rule
-- scenario: window-boundary

SELECT pg_temp.replace_in_function('refresh_table_status', 'IF v_status = v_table.status THEN', 'IF true THEN');
