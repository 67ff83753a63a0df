-- id: unassign-leaves-allocation
-- category: releases
-- defect: Giving tables back deletes the assignments and leaves their allocations, which go on blocking them.
-- expect: linked
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'release_booking_tables',
  $fragment$WHEN 'table' THEN a.resource_id = ANY (p_table_ids)$fragment$,
  $replacement$WHEN 'table' THEN false$replacement$
);
