-- id: cancelled-keeps-tables
-- category: releases
-- defect: A booking that is cancelled keeps its tables.
-- expect: acked-is-durable
-- scenario: churn

SELECT pg_temp.replace_in_function(
  'follow_booking_status',
  $fragment$FILTER (WHERE n.status IN ('cancelled', 'no_show'))$fragment$,
  $replacement$FILTER (WHERE n.status = 'no_show')$replacement$
);
