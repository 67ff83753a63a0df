-- What a booking's status does to its tables.

CREATE FUNCTION public.follow_booking_status()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_changed uuid[];
  v_ended uuid[];
  v_completed uuid[];
  v_table_ids uuid[];
  v_booking_id uuid;
BEGIN
  SELECT
    array_agg(n.id),
    array_agg(n.id ORDER BY n.id) FILTER (WHERE n.status IN ('cancelled', 'no_show')),
    array_agg(n.id) FILTER (WHERE n.status = 'completed')
  INTO v_changed, v_ended, v_completed
  FROM new_rows n
  JOIN old_rows o ON o.id = n.id
  WHERE n.status IS DISTINCT FROM o.status;
  IF v_changed IS NULL THEN
    RETURN NULL;
  END IF;

  -- The tables of all bookings of the statement at once, so that they are locked in one order.
  v_table_ids := booking_tables(v_changed);
  PERFORM lock_tables(v_table_ids);

  FOREACH v_booking_id IN ARRAY coalesce(v_ended, '{}') LOOP
    PERFORM release_booking_tables(v_booking_id, booking_tables(ARRAY[v_booking_id]));
  END LOOP;
  IF v_completed IS NOT NULL THEN
    PERFORM end_booking_windows(v_completed);
  END IF;

  PERFORM refresh_tables(v_table_ids);
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION public.follow_booking_status() IS
  'Frees the tables of bookings that ended and refreshes the tables of all whose status changed.';

CREATE FUNCTION public.end_booking_windows(p_booking_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_booking_id uuid;
BEGIN
  -- Guests who left early leave the table to the next ones; what they used stays on record.
  UPDATE booking_table_assignments a
  SET end_at = now()
  WHERE a.booking_id = ANY (p_booking_ids) AND a.start_at < now() AND a.end_at > now();

  UPDATE allocations a
  SET "window" = tstzrange(lower(a."window"), now(), '[)')
  WHERE a.booking_id = ANY (p_booking_ids) AND lower(a."window") < now() AND upper(a."window") > now();

  -- A window that has not begun would be empty. It blocks a table for guests who have gone, so it goes too.
  FOREACH v_booking_id IN ARRAY p_booking_ids LOOP
    PERFORM release_booking_tables(
      v_booking_id,
      ARRAY(
        SELECT a.resource_id
        FROM allocations a
        WHERE a.booking_id = v_booking_id AND a.resource_type = 'table' AND lower(a."window") >= now()
      )
    );
  END LOOP;
END;
$$;

COMMENT ON FUNCTION public.end_booking_windows(uuid[]) IS
  'Ends the windows of completed bookings now. The caller holds the locks on the bookings and their tables.';

-- By statement, so that a bulk update locks all its tables in id order.
CREATE TRIGGER bookings_follow_status
  AFTER UPDATE ON public.bookings
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.follow_booking_status();

CREATE FUNCTION public.lock_tables_of_deleted_booking()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  -- Before the foreign keys delete its allocations one by one, in whatever order.
  PERFORM lock_tables(booking_tables(ARRAY[OLD.id]));
  RETURN OLD;
END;
$$;

COMMENT ON FUNCTION public.lock_tables_of_deleted_booking() IS 'Locks the tables of a booking in id order.';

CREATE TRIGGER bookings_lock_tables_on_delete
  BEFORE DELETE ON public.bookings
  FOR EACH ROW EXECUTE FUNCTION public.lock_tables_of_deleted_booking();
