CREATE FUNCTION public.assign_tables_atomic_v2(
  p_booking_id uuid,
  p_table_ids uuid[],
  p_idempotency_key text DEFAULT NULL,
  p_require_adjacency boolean DEFAULT false,
  p_assigned_by uuid DEFAULT NULL,
  p_start_at timestamptz DEFAULT NULL,
  p_end_at timestamptz DEFAULT NULL
)
RETURNS TABLE (table_id uuid, start_at timestamptz, end_at timestamptz, merge_group_id uuid)
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
#variable_conflict use_column
DECLARE
  v_table_ids uuid[];
  v_booking bookings%ROWTYPE;
  v_ledger booking_assignment_idempotency%ROWTYPE;
  v_window tstzrange;
  v_zone_id uuid;
  v_merge_group_id uuid;
  v_slot_id uuid;
  v_claim record;
  v_detail text;
BEGIN
  -- 1. The set, in the order in which everyone locks.
  SELECT array_agg(DISTINCT t.id ORDER BY t.id) INTO v_table_ids
  FROM unnest(p_table_ids) AS t (id)
  WHERE t.id IS NOT NULL;
  IF v_table_ids IS NULL THEN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'no tables to assign';
  END IF;

  -- 2. The booking. Its lock also puts calls with one idempotency key in a row.
  SELECT * INTO v_booking FROM bookings b WHERE b.id = p_booking_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'P0002', MESSAGE = format('booking %s not found', p_booking_id);
  END IF;

  -- 3. The window.
  IF (p_start_at IS NULL) <> (p_end_at IS NULL) THEN
    RAISE EXCEPTION USING ERRCODE = '22023', MESSAGE = 'p_start_at and p_end_at must be given together';
  END IF;
  p_start_at := coalesce(p_start_at, v_booking.start_at);
  p_end_at := coalesce(p_end_at, v_booking.end_at);
  IF p_start_at IS NULL OR p_end_at IS NULL OR p_start_at >= p_end_at
    OR NOT isfinite(p_start_at) OR NOT isfinite(p_end_at) THEN
    RAISE EXCEPTION USING
      ERRCODE = '22000',
      MESSAGE = 'the window must be finite and start before it ends',
      DETAIL = format('start %s, end %s', p_start_at, p_end_at);
  END IF;
  v_window := tstzrange(p_start_at, p_end_at, '[)');

  -- 4. The tables: locked, then read anew, since the wait for a lock may have been long.
  PERFORM 1 FROM table_inventory t WHERE t.id = ANY (v_table_ids) ORDER BY t.id FOR NO KEY UPDATE;
  v_zone_id := check_table_set(v_booking, v_table_ids);

  -- 5. Adjacency.
  IF p_require_adjacency THEN
    PERFORM check_adjacency(v_table_ids);
  END IF;

  -- 6. One assignment at a time for a zone and hour.
  PERFORM pg_advisory_xact_lock(
    hashtextextended(v_zone_id::text, floor(extract(epoch FROM p_start_at) / 3600)::bigint)
  );

  -- 7. A replay answers what was answered then, whatever has happened to those rows since.
  IF p_idempotency_key IS NOT NULL THEN
    SELECT * INTO v_ledger
    FROM booking_assignment_idempotency i
    WHERE i.booking_id = p_booking_id AND i.idempotency_key = p_idempotency_key;
    IF FOUND THEN
      IF v_ledger.table_ids <> v_table_ids THEN
        RAISE EXCEPTION USING
          ERRCODE = 'P0003', MESSAGE = 'idempotency key was used for another set of tables';
      END IF;
      RETURN QUERY
        SELECT
          t.id,
          lower(v_ledger.assignment_window),
          upper(v_ledger.assignment_window),
          v_ledger.merge_group_allocation_id
        FROM unnest(v_ledger.table_ids) AS t (id);
      RETURN;
    END IF;
  END IF;

  -- Its tables were freed when it ended, and nothing would free these again.
  IF v_booking.status IN ('completed', 'cancelled', 'no_show') THEN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = format('booking is %s', v_booking.status);
  END IF;

  -- 8. Holds of others.
  SELECT w.table_id, w.hold_window, w.expires_at INTO v_claim
  FROM table_hold_windows w
  WHERE w.table_id = ANY (v_table_ids)
    AND w.expires_at > now()
    AND w.hold_window && v_window
    AND w.booking_id IS DISTINCT FROM p_booking_id
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'P0001',
      MESSAGE = format('hold conflict: table %s is held', v_claim.table_id),
      DETAIL = format('wanted %s, held %s until %s', v_window, v_claim.hold_window, v_claim.expires_at);
  END IF;

  -- 9. Allocations of others. Looked for first, so that the error names the claim in the way and a refusal
  -- leaves no dead rows in the busiest index.
  SELECT a.resource_id AS table_id, a."window" AS taken INTO v_claim
  FROM allocations a
  WHERE a.restaurant_id = v_booking.restaurant_id
    AND a.resource_type = 'table'
    AND a.resource_id = ANY (v_table_ids)
    AND a."window" && v_window
    AND NOT a.shadow
    AND a.booking_id IS DISTINCT FROM p_booking_id
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'P0001',
      MESSAGE = format('allocations_no_overlap: table %s is taken', v_claim.table_id),
      DETAIL = format('wanted %s, taken %s', v_window, v_claim.taken);
  END IF;

  v_merge_group_id := choose_merge_group(p_booking_id, v_table_ids);
  v_slot_id := ensure_booking_slot(v_booking.restaurant_id, p_start_at);
  BEGIN
    INSERT INTO allocations AS a (
      id, booking_id, restaurant_id, resource_type, resource_id, "window", created_by
    )
    SELECT
      v_merge_group_id, p_booking_id, v_booking.restaurant_id,
      'merge_group'::allocation_resource_type, v_merge_group_id, v_window, p_assigned_by
    WHERE v_merge_group_id IS NOT NULL
    UNION ALL
    SELECT
      gen_random_uuid(), p_booking_id, v_booking.restaurant_id,
      'table'::allocation_resource_type, t.id, v_window, p_assigned_by
    FROM unnest(v_table_ids) AS t (id)
    ON CONFLICT ON CONSTRAINT allocations_booking_resource_key DO UPDATE
    SET "window" = excluded."window", shadow = false, created_by = excluded.created_by;

    INSERT INTO booking_table_assignments AS a (
      booking_id, table_id, slot_id, start_at, end_at,
      idempotency_key, allocation_id, merge_group_id, assigned_by
    )
    SELECT
      p_booking_id, t.resource_id, v_slot_id, p_start_at, p_end_at,
      p_idempotency_key, t.id, v_merge_group_id, p_assigned_by
    FROM allocations t
    WHERE t.booking_id = p_booking_id AND t.resource_type = 'table' AND t.resource_id = ANY (v_table_ids)
    ON CONFLICT ON CONSTRAINT booking_table_assignments_booking_table_key DO UPDATE
    SET slot_id = excluded.slot_id,
        start_at = excluded.start_at,
        end_at = excluded.end_at,
        idempotency_key = excluded.idempotency_key,
        allocation_id = excluded.allocation_id,
        merge_group_id = excluded.merge_group_id,
        assigned_by = excluded.assigned_by;
  EXCEPTION
    -- Never under these locks. Should someone write past them, the caller still gets the documented code.
    WHEN exclusion_violation OR unique_violation THEN
      GET STACKED DIAGNOSTICS v_detail = PG_EXCEPTION_DETAIL;
      RAISE EXCEPTION USING ERRCODE = 'P0001', MESSAGE = 'allocations_no_overlap', DETAIL = v_detail;
  END;

  -- A group whose tables all went to another one.
  DELETE FROM allocations a
  WHERE a.booking_id = p_booking_id
    AND a.resource_type = 'merge_group'
    AND NOT EXISTS (SELECT 1 FROM booking_table_assignments m WHERE m.merge_group_id = a.id);

  -- 10. The triggers of allocations have refreshed the tables' status by now.
  IF p_idempotency_key IS NOT NULL THEN
    INSERT INTO booking_assignment_idempotency (
      booking_id, idempotency_key, table_ids, assignment_window, merge_group_allocation_id, table_set_hash
    )
    VALUES (
      p_booking_id, p_idempotency_key, v_table_ids, v_window, v_merge_group_id,
      md5(array_to_string(v_table_ids, ','))
    );
  END IF;
  PERFORM check_capacity_rules(v_booking.restaurant_id, v_window);

  RETURN QUERY SELECT t.id, p_start_at, p_end_at, v_merge_group_id FROM unnest(v_table_ids) AS t (id);
END;
$$;

COMMENT ON FUNCTION public.assign_tables_atomic_v2(uuid, uuid[], text, boolean, uuid, timestamptz, timestamptz) IS
  'Assigns tables to a booking for a window: all of them or none, and never a table that is taken.';
