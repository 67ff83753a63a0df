-- id: unknown-booking-as-conflict
-- category: errors
-- defect: An unknown booking is refused as if its table were taken.
-- expect: mapped-errors
-- scenario: smoke

SELECT pg_temp.replace_in_function(
  'assign_tables_atomic_v2',
  $fragment$ERRCODE = 'P0002', MESSAGE = format('booking %s not found', p_booking_id)$fragment$,
  $replacement$ERRCODE = 'P0001', MESSAGE = format('allocations_no_overlap: booking %s not found', p_booking_id)$replacement$
);
