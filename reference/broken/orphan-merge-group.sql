-- id: orphan-merge-group
-- category: merges
-- defect: Giving the last table of a set back leaves its merge group behind.
-- expect: atomic-merge
-- scenario: merge

SELECT pg_temp.replace_in_function(
  'release_booking_tables',
  $fragment$ELSE NOT EXISTS (SELECT 1 FROM booking_table_assignments m WHERE m.merge_group_id = a.id)$fragment$,
  $replacement$ELSE false$replacement$
);
