-- id: move-keeps-allocation
-- category: windows
-- defect: An assignment that moves leaves the window of its allocation where it was.
-- expect: linked
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'SET "window" = excluded."window", shadow = false',
  'SET shadow = false'
);
