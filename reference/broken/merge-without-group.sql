-- id: merge-without-group
-- category: merges
-- defect: Several tables are assigned without a merge group.
-- expect: atomic-merge
-- scenario: merge

SELECT pg_temp.replace_in_function(
  'choose_merge_group',
  $fragment$RETURN coalesce(v_merge_group_id, gen_random_uuid());$fragment$,
  $replacement$RETURN NULL;$replacement$
);
