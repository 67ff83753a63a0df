-- Rules about one row, checked or filled in before it is written.

CREATE FUNCTION public.derive_booking_columns()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_timezone text;
  v_end_date date;
BEGIN
  SELECT r.timezone INTO v_timezone FROM restaurants r WHERE r.id = NEW.restaurant_id;

  -- Dinner may run past midnight: an end that is not after the start is on the next day.
  v_end_date := NEW.booking_date + CASE WHEN NEW.end_time <= NEW.start_time THEN 1 ELSE 0 END;
  -- An unknown restaurant must fail on its foreign key, not on a null window.
  v_timezone := coalesce(v_timezone, 'UTC');
  NEW.start_at := (NEW.booking_date + NEW.start_time) AT TIME ZONE v_timezone;
  NEW.end_at := (v_end_date + NEW.end_time) AT TIME ZONE v_timezone;

  IF NEW.reference IS NULL THEN
    NEW.reference := upper(left(replace(gen_random_uuid()::text, '-', ''), 16));
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION public.derive_booking_columns() IS
  'Derives start_at and end_at from the local date and times, and fills a missing reference.';

CREATE TRIGGER bookings_derive_columns
  BEFORE INSERT OR UPDATE OF restaurant_id, booking_date, start_time, end_time, start_at, end_at, reference
  ON public.bookings
  FOR EACH ROW EXECUTE FUNCTION public.derive_booking_columns();

CREATE FUNCTION public.require_assignment_to_confirm()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM booking_table_assignments a WHERE a.booking_id = NEW.id) THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      MESSAGE = format('booking %s cannot be confirmed: it has no assigned table', NEW.id);
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION public.require_assignment_to_confirm() IS
  'Refuses to move a booking to confirmed while it has no table.';

-- Only a change of status is checked: an import may insert bookings that are confirmed already.
CREATE TRIGGER bookings_require_assignment
  BEFORE UPDATE OF status ON public.bookings
  FOR EACH ROW
  WHEN (NEW.status = 'confirmed' AND OLD.status <> 'confirmed')
  EXECUTE FUNCTION public.require_assignment_to_confirm();

CREATE FUNCTION public.require_same_zone()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  -- An unknown table is left to the foreign key. A table that moves to another zone later keeps its pairs:
  -- harmless, because only tables of one zone are ever assigned together.
  IF (SELECT count(DISTINCT coalesce(t.zone_id, t.id)) FROM table_inventory t
      WHERE t.id IN (NEW.table_a, NEW.table_b)) > 1 THEN
    RAISE EXCEPTION USING
      ERRCODE = '23514',
      MESSAGE = format('tables %s and %s are not in the same zone', NEW.table_a, NEW.table_b);
  END IF;
  RETURN NEW;
END;
$$;

COMMENT ON FUNCTION public.require_same_zone() IS 'Refuses adjacent tables of different zones.';

CREATE TRIGGER table_adjacencies_same_zone
  BEFORE INSERT OR UPDATE ON public.table_adjacencies
  FOR EACH ROW EXECUTE FUNCTION public.require_same_zone();

CREATE FUNCTION public.write_audit_log()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  IF TG_OP = 'DELETE' THEN
    INSERT INTO audit_log (table_name, action, row_id, payload)
    VALUES (TG_TABLE_NAME, TG_OP, OLD.id, to_jsonb(OLD));
  ELSE
    INSERT INTO audit_log (table_name, action, row_id, payload)
    VALUES (TG_TABLE_NAME, TG_OP, NEW.id, to_jsonb(NEW));
  END IF;
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION public.write_audit_log() IS 'Keeps every version of a row in audit_log.';

CREATE TRIGGER allocations_audit
  AFTER INSERT OR UPDATE OR DELETE ON public.allocations
  FOR EACH ROW EXECUTE FUNCTION public.write_audit_log();

CREATE TRIGGER bookings_audit
  AFTER INSERT OR UPDATE OR DELETE ON public.bookings
  FOR EACH ROW EXECUTE FUNCTION public.write_audit_log();
