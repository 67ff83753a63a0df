-- id: one-global-lock
-- category: progress
-- defect: All assignments take one lock for the whole application and keep it for a while, so calls for different tables queue.
-- expect: progress
-- scenario: rush

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  '-- 1. The set, in the order in which everyone locks.',
  $replacement$PERFORM pg_advisory_xact_lock(1);
  PERFORM pg_sleep(0.6);$replacement$
);
