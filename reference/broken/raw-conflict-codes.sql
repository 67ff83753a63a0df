-- id: raw-conflict-codes
-- category: errors
-- defect: The violation of the exclusion constraint reaches the caller as 23P01 instead of P0001.
-- expect: mapped-errors
-- scenario: hot-table

-- Without the look before it, every conflict is found by the constraint.
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  'AND a.booking_id IS DISTINCT FROM p_booking_id',
  'AND false'
);
SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'allocations_no_overlap', DETAIL = v_detail;$fragment$,
  'RAISE;'
);
