-- id: acked-before-durable
-- category: acknowledgements
-- defect: Commits do not wait for the disk, so a crash takes what was acknowledged just before.
-- expect: acked-is-durable
-- scenario: hot-table
-- fault: crash

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  '-- 1. The set, in the order in which everyone locks.',
  'PERFORM set_config(''synchronous_commit'', ''off'', true);'
);
SELECT pg_temp.replace_in_function(
  'release_booking_tables',
  'BEGIN
  DELETE',
  'BEGIN
  PERFORM set_config(''synchronous_commit'', ''off'', true);
  DELETE'
);
