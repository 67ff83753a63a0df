-- id: constraint-on-start
-- category: constraints
-- defect: Conflicts are left to a constraint that knows the start of a window only.
-- expect: no-double-booking
-- scenario: hot-table

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'PERFORM 1 FROM table_inventory t WHERE t.id = ANY (v_table_ids) ORDER BY t.id FOR NO KEY UPDATE;',
  ''
);
-- Without a look before it, every conflict is left to the constraint.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'AND a.booking_id IS DISTINCT FROM p_booking_id',
  'AND false'
);

-- What is left is UNIQUE (table_id, slot_id).
ALTER TABLE public.allocations DROP CONSTRAINT allocations_no_overlap;
CREATE INDEX allocations_window_idx ON public.allocations
  USING gist (restaurant_id, resource_type, resource_id, "window") WHERE (NOT shadow);
