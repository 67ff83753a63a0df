-- id: counts-cancelled
-- category: status
-- defect: The allocations of a cancelled booking are left, and go on counting.
-- expect: status-rule
-- scenario: window-boundary

SELECT pg_temp.replace_in_function(
  'follow_booking_status',
  $fragment$n.status IN ('cancelled', 'no_show')$fragment$,
  $replacement$n.status = 'no_show'$replacement$
);
