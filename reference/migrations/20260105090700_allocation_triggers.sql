-- Every write to allocations locks its tables first and refreshes them after.

CREATE FUNCTION public.lock_allocated_table()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  -- Before the row is written: a writer that waited for the lock only when refreshing, with its row already in
  -- the index of allocations_no_overlap, would deadlock with a holder of the lock that meets that row there.
  -- Bulk writers in another order than by table should call lock_tables with all of theirs first.
  IF TG_OP = 'INSERT' THEN
    PERFORM lock_tables(ARRAY[NEW.resource_id]);
    RETURN NEW;
  ELSIF TG_OP = 'UPDATE' THEN
    PERFORM lock_tables(ARRAY[OLD.resource_id, NEW.resource_id]);
    RETURN NEW;
  END IF;
  PERFORM lock_tables(ARRAY[OLD.resource_id]);
  RETURN OLD;
END;
$$;

COMMENT ON FUNCTION public.lock_allocated_table() IS 'Locks the table of an allocation that is about to be written.';

CREATE TRIGGER allocations_lock_table
  BEFORE INSERT OR UPDATE OR DELETE ON public.allocations
  FOR EACH ROW EXECUTE FUNCTION public.lock_allocated_table();

CREATE FUNCTION public.refresh_tables_of_new_allocations()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  PERFORM refresh_tables(array_agg(n.resource_id)) FROM new_rows n WHERE n.resource_type = 'table';
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION public.refresh_tables_of_new_allocations() IS 'Refreshes the tables of inserted allocations.';

CREATE FUNCTION public.refresh_tables_of_old_allocations()
RETURNS trigger
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_table_ids uuid[];
  v_maintained_ids uuid[];
BEGIN
  SELECT array_agg(o.resource_id), array_agg(o.resource_id) FILTER (WHERE o.is_maintenance)
  INTO v_table_ids, v_maintained_ids
  FROM old_rows o
  WHERE o.resource_type = 'table';

  -- refresh_table_status takes out_of_service without any maintenance allocation for the work of staff. Here it
  -- is known that maintenance was there, so the status must not outlive it.
  UPDATE table_inventory t
  SET status = 'available'
  WHERE t.id = ANY (v_maintained_ids) AND t.status = 'out_of_service';

  IF TG_OP = 'UPDATE' THEN
    SELECT v_table_ids || array_agg(n.resource_id)
    INTO v_table_ids
    FROM new_rows n
    WHERE n.resource_type = 'table';
  END IF;
  PERFORM refresh_tables(v_table_ids);
  RETURN NULL;
END;
$$;

COMMENT ON FUNCTION public.refresh_tables_of_old_allocations() IS
  'Refreshes the tables of updated and deleted allocations, those before and those after.';

CREATE TRIGGER allocations_refresh_on_insert
  AFTER INSERT ON public.allocations
  REFERENCING NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_tables_of_new_allocations();

CREATE TRIGGER allocations_refresh_on_update
  AFTER UPDATE ON public.allocations
  REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_tables_of_old_allocations();

CREATE TRIGGER allocations_refresh_on_delete
  AFTER DELETE ON public.allocations
  REFERENCING OLD TABLE AS old_rows
  FOR EACH STATEMENT EXECUTE FUNCTION public.refresh_tables_of_old_allocations();
