-- id: sticky-occupied
-- category: status
-- defect: An occupied table stays occupied when its guests' window is over and another one began.
-- expect: status-rule
-- scenario: window-boundary

SELECT pg_temp.replace_in_function(
  'refresh_table_status',
  'IF v_status = v_table.status THEN',
  $replacement$IF v_status = v_table.status OR (v_table.status = 'occupied' AND v_status = 'reserved') THEN$replacement$
);
