-- id: hold-never-expires
-- category: holds
-- defect: A hold that has lapsed still stands in the way.
-- expect: justified-rejection
-- scenario: holds

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$    AND w.expires_at > now()
$fragment$,
  $replacement$$replacement$
);
