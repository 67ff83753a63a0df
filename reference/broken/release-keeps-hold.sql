-- id: release-keeps-hold
-- category: holds
-- defect: A hold that was released still stands in the way.
-- expect: justified-rejection
-- scenario: holds

SELECT pg_temp.replace_in_function(
  'sync_hold_windows',
  $fragment$AND h.id = ANY (p_hold_ids) AND h.status <> 'active'$fragment$,
  $replacement$AND false$replacement$
);
