-- Giving tables back: by call, and when a booking ends.

CREATE FUNCTION public.release_booking_tables(p_booking_id uuid, p_table_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  DELETE FROM booking_table_assignments a
  WHERE a.booking_id = p_booking_id AND a.table_id = ANY (p_table_ids);

  -- One statement for tables and merge groups: a group whose last member went away goes with it.
  DELETE FROM allocations a
  WHERE a.booking_id = p_booking_id
    AND CASE a.resource_type
      WHEN 'table' THEN a.resource_id = ANY (p_table_ids)
      ELSE NOT EXISTS (SELECT 1 FROM booking_table_assignments m WHERE m.merge_group_id = a.id)
    END;

  -- The ledger answers "what happened to this call", and that has been undone. Kept, it would acknowledge an
  -- assignment that is gone; without it, the same key assigns anew.
  DELETE FROM booking_assignment_idempotency i
  WHERE i.booking_id = p_booking_id AND i.table_ids && p_table_ids;
END;
$$;

COMMENT ON FUNCTION public.release_booking_tables(uuid, uuid[]) IS
  'Removes what a booking has on these tables. The caller holds the locks on the booking and the tables.';

CREATE FUNCTION public.booking_tables(p_booking_ids uuid[])
RETURNS uuid[]
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  RETURN ARRAY(
    SELECT a.table_id FROM booking_table_assignments a WHERE a.booking_id = ANY (p_booking_ids)
    UNION
    SELECT a.resource_id
    FROM allocations a
    WHERE a.booking_id = ANY (p_booking_ids) AND a.resource_type = 'table'
  );
END;
$$;

COMMENT ON FUNCTION public.booking_tables(uuid[]) IS 'The tables that bookings have, by assignment or by allocation.';

CREATE FUNCTION public.unassign_tables_atomic(p_booking_id uuid, p_table_ids uuid[] DEFAULT NULL)
RETURNS SETOF uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_table_ids uuid[];
BEGIN
  PERFORM 1 FROM bookings b WHERE b.id = p_booking_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RAISE EXCEPTION USING ERRCODE = 'P0002', MESSAGE = format('booking %s not found', p_booking_id);
  END IF;

  -- The booking's lock keeps this list true until the end of the transaction.
  SELECT coalesce(array_agg(t.id ORDER BY t.id), '{}')
  INTO v_table_ids
  FROM unnest(booking_tables(ARRAY[p_booking_id])) AS t (id)
  WHERE p_table_ids IS NULL OR t.id = ANY (p_table_ids);

  PERFORM lock_tables(v_table_ids);
  PERFORM release_booking_tables(p_booking_id, v_table_ids);
  RETURN QUERY SELECT unnest(v_table_ids);
END;
$$;

COMMENT ON FUNCTION public.unassign_tables_atomic(uuid, uuid[]) IS
  'Takes tables (null: all) from a booking and returns the ids of those that it had.';
