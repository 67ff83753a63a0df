-- What assign_tables_atomic_v2 needs beside its own steps.

CREATE FUNCTION public.ensure_booking_slot(p_restaurant_id uuid, p_start_at timestamptz)
RETURNS uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_timezone text;
  v_local timestamp;
  v_slot_id uuid;
BEGIN
  SELECT r.timezone INTO v_timezone FROM restaurants r WHERE r.id = p_restaurant_id;
  v_local := p_start_at AT TIME ZONE v_timezone;

  -- In the hour that clocks repeat in autumn, two moments have one local time. A slot would make the second
  -- a duplicate of the first, on (table_id, slot_id), though their windows may not touch.
  IF v_local AT TIME ZONE v_timezone <> p_start_at THEN
    RETURN NULL;
  END IF;

  SELECT s.id INTO v_slot_id
  FROM booking_slots s
  WHERE s.restaurant_id = p_restaurant_id AND s.slot_date = v_local::date AND s.slot_time = v_local::time;
  IF FOUND THEN
    RETURN v_slot_id;
  END IF;

  -- May wait for another transaction that makes the same slot: safe, because both have all their locks by now.
  INSERT INTO booking_slots (restaurant_id, slot_date, slot_time)
  VALUES (p_restaurant_id, v_local::date, v_local::time)
  ON CONFLICT ON CONSTRAINT booking_slots_restaurant_date_time_key DO NOTHING;

  SELECT s.id INTO v_slot_id
  FROM booking_slots s
  WHERE s.restaurant_id = p_restaurant_id AND s.slot_date = v_local::date AND s.slot_time = v_local::time;
  RETURN v_slot_id;
END;
$$;

COMMENT ON FUNCTION public.ensure_booking_slot(uuid, timestamptz) IS
  'The slot of a start time, made when it does not exist yet. Null in the hour that clocks repeat.';

CREATE FUNCTION public.choose_merge_group(p_booking_id uuid, p_table_ids uuid[])
RETURNS uuid
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_merge_group_id uuid;
BEGIN
  IF cardinality(p_table_ids) < 2 THEN
    RETURN NULL;
  END IF;

  -- The group that these very tables have already, so that assigning them again moves it.
  SELECT a.merge_group_id INTO v_merge_group_id
  FROM booking_table_assignments a
  WHERE a.booking_id = p_booking_id AND a.merge_group_id IS NOT NULL
  GROUP BY a.merge_group_id
  HAVING array_agg(a.table_id ORDER BY a.table_id) = p_table_ids;

  RETURN coalesce(v_merge_group_id, gen_random_uuid());
END;
$$;

COMMENT ON FUNCTION public.choose_merge_group(uuid, uuid[]) IS
  'The id of the merge group for a sorted set of tables: the one they have, or a new one. Null for one table.';

CREATE FUNCTION public.check_capacity_rules(p_restaurant_id uuid, p_window tstzrange)
RETURNS void
LANGUAGE plpgsql
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
DECLARE
  v_max_covers integer;
  v_covers bigint;
BEGIN
  -- Two assignments of different tables share no lock but this one: without it neither would count the other.
  -- It is the last lock that an assignment takes, and only restaurants with a rule have it.
  SELECT r.max_covers INTO v_max_covers
  FROM restaurant_capacity_rules r
  WHERE r.restaurant_id = p_restaurant_id
  FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN;
  END IF;

  -- Covers change only when a window begins: the fullest moment is one of those, or the start of this window.
  WITH seated AS (
    SELECT a."window", b.id AS booking_id, b.party_size
    FROM allocations a
    JOIN bookings b ON b.id = a.booking_id
    WHERE a.restaurant_id = p_restaurant_id
      AND a.resource_type = 'table'
      AND NOT a.shadow
      AND a."window" && p_window
  ),
  moments AS (
    SELECT DISTINCT greatest(lower(s."window"), lower(p_window)) AS moment FROM seated s
  ),
  parties AS (
    -- Once for each booking, however many tables it has.
    SELECT DISTINCT m.moment, s.booking_id, s.party_size
    FROM moments m
    JOIN seated s ON s."window" @> m.moment
  ),
  totals AS (
    SELECT sum(p.party_size) AS covers FROM parties p GROUP BY p.moment
  )
  SELECT max(t.covers) INTO v_covers FROM totals t;

  IF v_covers > v_max_covers THEN
    RAISE EXCEPTION USING
      ERRCODE = 'P0001',
      MESSAGE = 'capacity_exceeded_post_assignment',
      DETAIL = format('%s covers at once, %s allowed', v_covers, v_max_covers);
  END IF;
END;
$$;

COMMENT ON FUNCTION public.check_capacity_rules(uuid, tstzrange) IS
  'Refuses what has just been assigned when it puts more covers at once into the restaurant than its rule allows.';
