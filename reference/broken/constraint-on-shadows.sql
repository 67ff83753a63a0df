-- id: constraint-on-shadows
-- category: constraints
-- defect: Conflicts are left to a constraint whose condition is the wrong way round: it covers shadow allocations only.
-- expect: no-double-booking
-- scenario: hot-table

-- Without a look before it, every conflict is left to the constraint.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'AND a.booking_id IS DISTINCT FROM p_booking_id',
  'AND false'
);

ALTER TABLE public.booking_table_assignments DROP CONSTRAINT booking_table_assignments_table_slot_key;
ALTER TABLE public.allocations DROP CONSTRAINT allocations_no_overlap;
ALTER TABLE public.allocations ADD CONSTRAINT allocations_no_overlap EXCLUDE USING gist (
  restaurant_id WITH =,
  resource_type WITH =,
  resource_id WITH =,
  "window" WITH &&
) WHERE (shadow);
CREATE INDEX allocations_window_idx ON public.allocations
  USING gist (restaurant_id, resource_type, resource_id, "window") WHERE (NOT shadow);
