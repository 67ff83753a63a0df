-- Every assignment passes one gate, one at a time, and stays in it for SECONDS: 1 / SECONDS a second are the most.
-- The gate is a lock of the session, so that it covers the sleep alone and not the rest of the transaction.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  '-- 1. The set, in the order in which everyone locks.',
  $replacement$PERFORM pg_advisory_lock(724001);
  PERFORM pg_sleep(SECONDS);
  PERFORM pg_advisory_unlock(724001);$replacement$
);
