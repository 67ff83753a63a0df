-- id: answer-has-other-window
-- category: acknowledgements
-- defect: The answer names a window that is an hour later than the one assigned.
-- expect: linked
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$RETURN QUERY SELECT t.id, p_start_at, p_end_at, v_merge_group_id FROM$fragment$,
  $replacement$RETURN QUERY SELECT t.id, p_start_at + interval '1 hour', p_end_at + interval '1 hour', v_merge_group_id FROM$replacement$
);
