-- The backend works as service_role, which row-level security does not bind. Staff read their own restaurants
-- as authenticated. Nobody else sees anything: a hosted project grants new objects to everyone by default, so
-- what is not meant is revoked.

REVOKE ALL ON ALL TABLES IN SCHEMA public FROM PUBLIC, anon, authenticated;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM PUBLIC, anon, authenticated;
REVOKE EXECUTE ON ALL FUNCTIONS IN SCHEMA public FROM PUBLIC, anon, authenticated;

GRANT USAGE ON SCHEMA public TO authenticated, service_role;
GRANT ALL ON ALL TABLES IN SCHEMA public TO service_role;
GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO service_role;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO service_role;

CREATE FUNCTION public.my_restaurant_ids()
RETURNS SETOF uuid
LANGUAGE sql
STABLE
SECURITY DEFINER
SET search_path = public, extensions, pg_temp
AS $$
  SELECT m.restaurant_id FROM restaurant_members m WHERE m.user_id = (SELECT auth.uid());
$$;

COMMENT ON FUNCTION public.my_restaurant_ids() IS 'The restaurants that the signed-in user works for.';

REVOKE EXECUTE ON FUNCTION public.my_restaurant_ids() FROM PUBLIC, anon;
GRANT EXECUTE ON FUNCTION public.my_restaurant_ids() TO authenticated, service_role;

-- Without a policy: the service's own bookkeeping.
ALTER TABLE public.booking_assignment_idempotency ENABLE ROW LEVEL SECURITY;
ALTER TABLE public.audit_log ENABLE ROW LEVEL SECURITY;

ALTER TABLE public.booking_types ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.booking_types TO authenticated;
CREATE POLICY booking_types_read ON public.booking_types FOR SELECT TO authenticated USING (true);

ALTER TABLE public.restaurant_members ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.restaurant_members TO authenticated;
CREATE POLICY restaurant_members_read ON public.restaurant_members FOR SELECT TO authenticated
  USING (user_id = (SELECT auth.uid()));

ALTER TABLE public.restaurants ENABLE ROW LEVEL SECURITY;
GRANT SELECT ON public.restaurants TO authenticated;
CREATE POLICY restaurants_read ON public.restaurants FOR SELECT TO authenticated
  USING (id IN (SELECT public.my_restaurant_ids()));

-- Tables that carry their restaurant's id.
DO $$
DECLARE
  v_table text;
BEGIN
  FOREACH v_table IN ARRAY ARRAY[
    'restaurant_capacity_rules', 'zones', 'allowed_capacities', 'table_inventory', 'customers', 'bookings',
    'booking_slots', 'allocations', 'table_holds'
  ] LOOP
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', v_table);
    EXECUTE format('GRANT SELECT ON public.%I TO authenticated', v_table);
    EXECUTE format(
      'CREATE POLICY %I ON public.%I FOR SELECT TO authenticated '
      'USING (restaurant_id IN (SELECT public.my_restaurant_ids()))',
      v_table || '_read', v_table
    );
  END LOOP;
END;
$$;

-- Tables that belong to one of those: seen by whoever sees the row that they belong to.
DO $$
DECLARE
  v_child record;
BEGIN
  FOR v_child IN
    SELECT *
    FROM (VALUES
      ('table_adjacencies', 'table_a', 'table_inventory'),
      ('booking_table_assignments', 'booking_id', 'bookings'),
      ('table_hold_members', 'hold_id', 'table_holds'),
      ('table_hold_windows', 'hold_id', 'table_holds')
    ) AS c (name, key, parent)
  LOOP
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', v_child.name);
    EXECUTE format('GRANT SELECT ON public.%I TO authenticated', v_child.name);
    EXECUTE format(
      'CREATE POLICY %I ON public.%I FOR SELECT TO authenticated USING (EXISTS ('
      'SELECT 1 FROM public.%I AS parent WHERE parent.id = %I.%I))',
      v_child.name || '_read', v_child.name, v_child.parent, v_child.name, v_child.key
    );
  END LOOP;
END;
$$;
