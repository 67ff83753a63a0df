-- The refusals of assign_tables_atomic_v2 that need no look at the calendar.

CREATE FUNCTION public.check_table_set(p_booking public.bookings, p_table_ids uuid[])
RETURNS uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_tables record;
BEGIN
  SELECT
    count(*) AS found,
    bool_and(t.restaurant_id = p_booking.restaurant_id) AS same_restaurant,
    bool_and(t.active) AS active,
    bool_and(t.zone_id IS NOT NULL) AS zoned,
    count(DISTINCT t.zone_id) AS zones,
    bool_and(t.mobility = 'movable') AS movable,
    (array_agg(t.zone_id))[1] AS zone_id
  INTO v_tables
  FROM table_inventory t
  WHERE t.id = ANY (p_table_ids);

  IF v_tables.found < cardinality(p_table_ids) THEN
    RAISE EXCEPTION USING ERRCODE = 'P0002', MESSAGE = 'table not found';
  ELSIF NOT v_tables.same_restaurant THEN
    RAISE EXCEPTION USING ERRCODE = '23503', MESSAGE = 'table belongs to another restaurant';
  ELSIF NOT v_tables.active THEN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'table is not active';
  ELSIF NOT v_tables.zoned THEN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'table has no zone';
  ELSIF v_tables.zones > 1 THEN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'tables are in different zones';
  ELSIF cardinality(p_table_ids) > 1 AND NOT v_tables.movable THEN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'a fixed table cannot be merged';
  END IF;

  IF p_booking.assigned_zone_id <> v_tables.zone_id OR EXISTS (
    SELECT 1
    FROM booking_table_assignments a
    JOIN table_inventory t ON t.id = a.table_id
    WHERE a.booking_id = p_booking.id AND t.zone_id IS DISTINCT FROM v_tables.zone_id
  ) THEN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'booking belongs to another zone';
  END IF;
  RETURN v_tables.zone_id;
END;
$$;

COMMENT ON FUNCTION public.check_table_set(public.bookings, uuid[]) IS
  'Refuses tables that this booking cannot have together. Returns their zone. The caller holds their locks.';

CREATE FUNCTION public.check_adjacency(p_table_ids uuid[])
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
BEGIN
  IF cardinality(p_table_ids) > 1 AND EXISTS (
    SELECT 1
    FROM unnest(p_table_ids) AS t (id)
    WHERE NOT EXISTS (
      SELECT 1
      FROM table_adjacencies n
      WHERE (n.table_a = t.id AND n.table_b = ANY (p_table_ids))
        OR (n.table_b = t.id AND n.table_a = ANY (p_table_ids))
    )
  ) THEN
    RAISE EXCEPTION USING ERRCODE = '23514', MESSAGE = 'tables are not adjacent';
  END IF;
END;
$$;

COMMENT ON FUNCTION public.check_adjacency(uuid[]) IS 'Refuses several tables of which one has no neighbour among them.';
