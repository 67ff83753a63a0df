-- id: caller-order-locks
-- category: progress
-- defect: Tables are locked one by one in the caller's order, so calls with opposite orders deadlock.
-- expect: progress
-- scenario: hot-table

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  '-- 1. The set, in the order in which everyone locks.',
  $replacement$FOR v_claim IN
    SELECT t.id FROM unnest(p_table_ids) WITH ORDINALITY AS t (id, place) ORDER BY t.place
  LOOP
    PERFORM 1 FROM table_inventory i WHERE i.id = v_claim.id FOR NO KEY UPDATE;
    PERFORM pg_sleep(0.01);
  END LOOP;$replacement$
);
