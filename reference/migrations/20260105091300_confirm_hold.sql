CREATE FUNCTION public.confirm_hold_assignment_with_transition(
  p_hold_id uuid,
  p_booking_id uuid,
  p_idempotency_key text DEFAULT NULL,
  p_assigned_by uuid DEFAULT NULL
)
RETURNS TABLE (table_id uuid, start_at timestamptz, end_at timestamptz, merge_group_id uuid)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v_booking bookings%ROWTYPE;
  v_hold table_holds%ROWTYPE;
  v_table_ids uuid[];
  v_replay boolean;
BEGIN
  -- The booking, then the hold, then (in the assignment) the tables.
  SELECT * INTO v_booking FROM bookings b WHERE b.id = p_booking_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'P0002', MESSAGE = format('booking %s not found', p_booking_id);
  END IF;
  SELECT * INTO v_hold FROM table_holds h WHERE h.id = p_hold_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'P0002', MESSAGE = format('hold %s not found', p_hold_id);
  END IF;

  SELECT array_agg(m.table_id) INTO v_table_ids FROM table_hold_members m WHERE m.hold_id = p_hold_id;
  -- All that this call will touch, at once: the change of status refreshes the tables that the booking has
  -- already, and taking those after the assignment's would break the order.
  PERFORM lock_tables(booking_tables(ARRAY[p_booking_id]) || v_table_ids);
  v_replay := v_hold.status = 'confirmed' AND v_hold.booking_id = p_booking_id AND EXISTS (
    SELECT 1
    FROM booking_assignment_idempotency i
    WHERE i.booking_id = p_booking_id AND i.idempotency_key = p_idempotency_key
  );
  IF NOT v_replay THEN
    IF v_hold.booking_id <> p_booking_id THEN
      RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'hold conflict: the hold is for another booking';
    ELSIF v_hold.status <> 'active' THEN
      RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = format('hold is %s', v_hold.status);
    ELSIF v_hold.expires_at <= now() THEN
      RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'hold has expired';
    END IF;
    -- First, so that the hold does not stand in the way of its own assignment.
    UPDATE table_holds h SET status = 'confirmed', booking_id = p_booking_id WHERE h.id = p_hold_id;
  END IF;

  RETURN QUERY
    SELECT a.table_id, a.start_at, a.end_at, a.merge_group_id
    FROM assign_tables_atomic_v2(
      p_booking_id => p_booking_id,
      p_table_ids => v_table_ids,
      p_idempotency_key => p_idempotency_key,
      p_assigned_by => p_assigned_by,
      p_start_at => v_hold.start_at,
      p_end_at => v_hold.end_at
    ) AS a;

  -- A booking that is confirmed already, or checked in, gets more tables and keeps its status.
  UPDATE bookings b
  SET status = 'confirmed'
  WHERE b.id = p_booking_id AND b.status IN ('pending', 'pending_allocation');
END;
$$;

COMMENT ON FUNCTION public.confirm_hold_assignment_with_transition(uuid, uuid, text, uuid) IS
  'Turns a live hold into an assignment and confirms the booking. Answers as assign_tables_atomic_v2 does.';
