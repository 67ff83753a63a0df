ALTER TABLE public.restaurants
  ADD CONSTRAINT restaurants_slug_key UNIQUE (slug),
  ADD CONSTRAINT restaurants_slug_format CHECK (slug ~ '^[a-z0-9]+(-[a-z0-9]+)*$');

ALTER TABLE public.restaurant_capacity_rules
  ADD CONSTRAINT restaurant_capacity_rules_max_covers CHECK (max_covers > 0);

ALTER TABLE public.zones
  ADD CONSTRAINT zones_restaurant_name_key UNIQUE (restaurant_id, name);

ALTER TABLE public.allowed_capacities
  ADD CONSTRAINT allowed_capacities_capacity CHECK (capacity > 0);

ALTER TABLE public.table_inventory
  ADD CONSTRAINT table_inventory_restaurant_number_key UNIQUE (restaurant_id, table_number),
  ADD CONSTRAINT table_inventory_allowed_capacity
    FOREIGN KEY (restaurant_id, capacity) REFERENCES public.allowed_capacities (restaurant_id, capacity),
  ADD CONSTRAINT table_inventory_party_size
    CHECK (min_party_size > 0 AND (max_party_size IS NULL OR max_party_size >= min_party_size));

ALTER TABLE public.table_adjacencies
  ADD CONSTRAINT table_adjacencies_two_tables CHECK (table_a <> table_b);

ALTER TABLE public.customers
  ADD CONSTRAINT customers_email_lower CHECK (email = lower(email)),
  ADD CONSTRAINT customers_phone_length CHECK (char_length(phone) BETWEEN 7 AND 20),
  ADD CONSTRAINT customers_restaurant_email_key UNIQUE (restaurant_id, email_normalized),
  ADD CONSTRAINT customers_restaurant_phone_key UNIQUE (restaurant_id, phone_normalized);

ALTER TABLE public.bookings
  ADD CONSTRAINT bookings_reference_key UNIQUE (reference),
  ADD CONSTRAINT bookings_party_size CHECK (party_size > 0),
  ADD CONSTRAINT bookings_window CHECK (start_at < end_at),
  ADD CONSTRAINT bookings_lifecycle_timestamps CHECK (
    CASE status
      WHEN 'checked_in' THEN checked_in_at IS NOT NULL AND checked_out_at IS NULL
      WHEN 'completed' THEN
        checked_in_at IS NOT NULL AND checked_out_at IS NOT NULL AND checked_out_at >= checked_in_at
      WHEN 'cancelled' THEN checked_out_at IS NULL
      ELSE checked_in_at IS NULL AND checked_out_at IS NULL
    END
  );

ALTER TABLE public.booking_slots
  ADD CONSTRAINT booking_slots_restaurant_date_time_key UNIQUE (restaurant_id, slot_date, slot_time);

ALTER TABLE public.allocations
  ADD CONSTRAINT allocations_booking_resource_key UNIQUE (booking_id, resource_type, resource_id),
  ADD CONSTRAINT allocations_window CHECK (
    NOT isempty("window") AND NOT lower_inf("window") AND NOT upper_inf("window")
    AND lower_inc("window") AND NOT upper_inc("window")
  ),
  -- The last line of defence. The locks make it unnecessary; it makes a mistake in the locks harmless.
  ADD CONSTRAINT allocations_no_overlap EXCLUDE USING gist (
    restaurant_id WITH =,
    resource_type WITH =,
    resource_id WITH =,
    "window" WITH &&
  ) WHERE (NOT shadow);

ALTER TABLE public.booking_table_assignments
  ADD CONSTRAINT booking_table_assignments_booking_table_key UNIQUE (booking_id, table_id),
  ADD CONSTRAINT booking_table_assignments_table_slot_key UNIQUE (table_id, slot_id),
  ADD CONSTRAINT booking_table_assignments_window CHECK (start_at < end_at);

ALTER TABLE public.table_holds
  ADD CONSTRAINT table_holds_window CHECK (start_at < end_at);

-- Foreign keys that a delete has to follow, and the lookups of the functions. Lookups by table and window use
-- the index of allocations_no_overlap, by booking those of the unique constraints.
CREATE INDEX restaurant_members_user_idx ON public.restaurant_members (user_id);
CREATE INDEX table_inventory_zone_idx ON public.table_inventory (zone_id);
CREATE INDEX table_adjacencies_reverse_idx ON public.table_adjacencies (table_b, table_a);
CREATE INDEX bookings_restaurant_date_idx ON public.bookings (restaurant_id, booking_date);
CREATE INDEX bookings_customer_idx ON public.bookings (customer_id);
CREATE INDEX bookings_assigned_zone_idx ON public.bookings (assigned_zone_id);
CREATE INDEX booking_table_assignments_allocation_idx ON public.booking_table_assignments (allocation_id);
CREATE INDEX booking_table_assignments_merge_group_idx ON public.booking_table_assignments (merge_group_id);
CREATE INDEX booking_table_assignments_slot_idx ON public.booking_table_assignments (slot_id);
CREATE INDEX table_holds_restaurant_idx ON public.table_holds (restaurant_id);
CREATE INDEX table_holds_booking_idx ON public.table_holds (booking_id);
CREATE INDEX table_holds_zone_idx ON public.table_holds (zone_id);
CREATE INDEX table_hold_members_table_idx ON public.table_hold_members (table_id);
-- Holds are never swept, they lapse: the second column skips all that have.
CREATE INDEX table_hold_windows_live_idx ON public.table_hold_windows (table_id, expires_at);
CREATE INDEX audit_log_row_idx ON public.audit_log (row_id);
