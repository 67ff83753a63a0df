-- Every assignment keeps its connection for SECONDS, without a lock: pool / SECONDS a second are the most.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  '-- 1. The set, in the order in which everyone locks.',
  'PERFORM pg_sleep(SECONDS);'
);
