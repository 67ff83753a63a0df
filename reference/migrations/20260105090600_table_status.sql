-- table_inventory.status: one function decides, triggers call it.

CREATE FUNCTION public.lock_tables(p_table_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  -- NO KEY: the foreign keys of concurrent inserts only need the key, and must not wait.
  PERFORM 1
  FROM table_inventory t
  WHERE t.id = ANY (p_table_ids)
  ORDER BY t.id
  FOR NO KEY UPDATE;
END;
$$;

COMMENT ON FUNCTION public.lock_tables(uuid[]) IS
  'Locks table rows in id order. Whoever writes a claim on a table (allocation, hold) holds this lock first.';

CREATE FUNCTION public.refresh_table_status(p_table_id uuid)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_table table_inventory%ROWTYPE;
  v_maintenance boolean;
  v_checked_in boolean;
  v_allocated boolean;
  v_status table_status;
BEGIN
  -- Lock first, read in the next statement: only then does the read see what the previous holder committed.
  SELECT * INTO v_table FROM table_inventory t WHERE t.id = p_table_id FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  SELECT
    coalesce(bool_or(a.is_maintenance), false),
    coalesce(bool_or(b.status = 'checked_in'), false),
    count(*) > 0
  INTO v_maintenance, v_checked_in, v_allocated
  FROM allocations a
  LEFT JOIN bookings b ON b.id = a.booking_id
  WHERE a.restaurant_id = v_table.restaurant_id
    AND a.resource_type = 'table'
    AND a.resource_id = p_table_id
    AND NOT a.shadow
    AND a."window" @> now();

  v_status := CASE
    WHEN v_maintenance THEN 'out_of_service'
    WHEN v_checked_in THEN 'occupied'
    WHEN v_allocated THEN 'reserved'
    ELSE 'available'
  END;

  IF v_status = v_table.status THEN
    RETURN;
  END IF;

  -- Staff set it by hand: no maintenance allocation, past or to come, can have done it.
  IF v_table.status = 'out_of_service' AND NOT EXISTS (
    SELECT 1
    FROM allocations a
    WHERE a.restaurant_id = v_table.restaurant_id
      AND a.resource_type = 'table'
      AND a.resource_id = p_table_id
      AND NOT a.shadow
      AND a.is_maintenance
  ) THEN
    RETURN;
  END IF;

  UPDATE table_inventory t SET status = v_status WHERE t.id = p_table_id;
END;
$$;

COMMENT ON FUNCTION public.refresh_table_status(uuid) IS
  'Sets a table''s status from the allocations whose window contains now(). An unknown table is ignored.';

CREATE FUNCTION public.refresh_tables(p_table_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_table_id uuid;
BEGIN
  FOR v_table_id IN
    SELECT DISTINCT t.id FROM unnest(p_table_ids) AS t (id) WHERE t.id IS NOT NULL ORDER BY t.id
  LOOP
    PERFORM refresh_table_status(v_table_id);
  END LOOP;
END;
$$;

COMMENT ON FUNCTION public.refresh_tables(uuid[]) IS 'Refreshes several tables, in id order.';
