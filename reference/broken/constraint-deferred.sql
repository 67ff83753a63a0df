-- id: constraint-deferred
-- category: constraints
-- defect: Conflicts are left to a constraint that is checked at commit, where nothing maps its error any more.
-- expect: mapped-errors
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
) WHERE (NOT shadow) DEFERRABLE INITIALLY DEFERRED;
