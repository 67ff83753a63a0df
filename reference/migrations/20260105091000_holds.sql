-- Holds: a host's claim on tables that lapses by itself. Lock order: holds, then tables, both by id.

CREATE FUNCTION public.sync_hold_windows(p_hold_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_table_ids uuid[];
  v_conflict record;
BEGIN
  -- A member written while its hold is released must not leave a window behind.
  PERFORM 1 FROM table_holds h WHERE h.id = ANY (p_hold_ids) ORDER BY h.id FOR NO KEY UPDATE;

  -- Giving up a claim needs no lock on its tables.
  DELETE FROM table_hold_windows w
  USING table_holds h
  WHERE h.id = w.hold_id AND h.id = ANY (p_hold_ids) AND h.status <> 'active';

  SELECT array_agg(DISTINCT m.table_id)
  INTO v_table_ids
  FROM table_hold_members m
  JOIN table_holds h ON h.id = m.hold_id
  WHERE h.id = ANY (p_hold_ids) AND h.status = 'active';
  IF v_table_ids IS NULL THEN
    RETURN;
  END IF;
  PERFORM lock_tables(v_table_ids);

  -- Written before it is checked, so that two holds of one statement meet as well.
  INSERT INTO table_hold_windows AS w (hold_id, table_id, booking_id, start_at, end_at, expires_at)
  SELECT h.id, m.table_id, h.booking_id, h.start_at, h.end_at, h.expires_at
  FROM table_hold_members m
  JOIN table_holds h ON h.id = m.hold_id
  WHERE h.id = ANY (p_hold_ids) AND h.status = 'active'
  ON CONFLICT (hold_id, table_id) DO UPDATE
  SET booking_id = excluded.booking_id,
      start_at = excluded.start_at,
      end_at = excluded.end_at,
      expires_at = excluded.expires_at;

  -- A hold without a booking is another's to everyone.
  SELECT w.table_id, w.hold_window, o.hold_window AS taken
  INTO v_conflict
  FROM table_hold_windows w
  JOIN table_hold_windows o
    ON o.table_id = w.table_id
    AND o.hold_id <> w.hold_id
    AND o.hold_window && w.hold_window
    AND o.expires_at > now()
    AND (o.booking_id IS NULL OR o.booking_id IS DISTINCT FROM w.booking_id)
  WHERE w.hold_id = ANY (p_hold_ids) AND w.expires_at > now()
  ORDER BY w.table_id
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'P0001',
      MESSAGE = format('hold conflict: table %s is held', v_conflict.table_id),
      DETAIL = format('wanted %s, held %s', v_conflict.hold_window, v_conflict.taken);
  END IF;

  SELECT w.table_id, w.hold_window, a."window" AS taken
  INTO v_conflict
  FROM table_hold_windows w
  JOIN table_inventory t ON t.id = w.table_id
  JOIN allocations a
    ON a.restaurant_id = t.restaurant_id
    AND a.resource_type = 'table'
    AND a.resource_id = w.table_id
    AND a."window" && w.hold_window
    AND NOT a.shadow
    AND (a.booking_id IS NULL OR a.booking_id IS DISTINCT FROM w.booking_id)
  WHERE w.hold_id = ANY (p_hold_ids) AND w.expires_at > now()
  ORDER BY w.table_id
  LIMIT 1;
  IF FOUND THEN
    RAISE EXCEPTION USING
      ERRCODE = 'P0001',
      MESSAGE = format('allocations_no_overlap: table %s is taken', v_conflict.table_id),
      DETAIL = format('wanted %s, taken %s', v_conflict.hold_window, v_conflict.taken);
  END IF;
END;
$$;

COMMENT ON FUNCTION public.sync_hold_windows(uuid[]) IS
  'Mirrors holds into table_hold_windows and refuses those that overlap another live claim.';

CREATE FUNCTION public.sync_windows_of_members()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  PERFORM sync_hold_windows(array_agg(DISTINCT n.hold_id)) FROM new_rows n;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION public.sync_windows_of_members() IS 'Mirrors the holds of written members.';

CREATE FUNCTION public.sync_windows_of_holds()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  PERFORM sync_hold_windows(array_agg(n.id)) FROM new_rows n;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION public.sync_windows_of_holds() IS 'Mirrors changed holds.';

-- By statement, so that a bulk insert locks all its tables in id order, whatever the order of its rows.
CREATE TRIGGER table_hold_members_sync_on_insert
  AFTER INSERT ON public.table_hold_members
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.sync_windows_of_members();

CREATE TRIGGER table_hold_members_sync_on_update
  AFTER UPDATE ON public.table_hold_members
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.sync_windows_of_members();

CREATE TRIGGER table_holds_sync_on_update
  AFTER UPDATE ON public.table_holds
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.sync_windows_of_holds();
