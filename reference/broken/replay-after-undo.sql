-- id: replay-after-undo
-- category: idempotency
-- defect: A key whose tables were given back is still answered from the ledger: success with nothing.
-- expect: idempotent-replay
-- scenario: idempotency

SELECT pg_temp.replace_in_function(
  'release_booking_tables',
  $fragment$i.table_ids && p_table_ids$fragment$,
  $replacement$false$replacement$
);
