-- Bookings and what is assigned to them.

CREATE TABLE public.booking_types (
  code text PRIMARY KEY,
  label text NOT NULL
);

CREATE TABLE public.bookings (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  restaurant_id uuid NOT NULL REFERENCES public.restaurants (id) ON DELETE CASCADE,
  customer_id uuid NOT NULL REFERENCES public.customers (id) ON DELETE RESTRICT,
  booking_date date NOT NULL,
  start_time time NOT NULL,
  end_time time NOT NULL,
  -- Derived by a trigger from the three columns above and the restaurant's timezone.
  start_at timestamptz NOT NULL,
  end_at timestamptz NOT NULL,
  party_size integer NOT NULL,
  status public.booking_status NOT NULL DEFAULT 'pending',
  customer_name text NOT NULL,
  customer_email text NOT NULL,
  customer_phone text NOT NULL,
  -- Filled by a trigger when the caller gives none.
  reference text NOT NULL,
  source text NOT NULL DEFAULT 'web',
  booking_type text NOT NULL DEFAULT 'dinner' REFERENCES public.booking_types (code),
  assigned_zone_id uuid REFERENCES public.zones (id) ON DELETE SET NULL,
  checked_in_at timestamptz,
  checked_out_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.booking_slots (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  restaurant_id uuid NOT NULL REFERENCES public.restaurants (id) ON DELETE CASCADE,
  slot_date date NOT NULL,
  slot_time time NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- Who has what, when. booking_id is null for maintenance; resource_id is a table, or a merge group's own id.
CREATE TABLE public.allocations (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  booking_id uuid REFERENCES public.bookings (id) ON DELETE CASCADE,
  restaurant_id uuid NOT NULL REFERENCES public.restaurants (id) ON DELETE CASCADE,
  resource_type public.allocation_resource_type NOT NULL,
  resource_id uuid NOT NULL,
  "window" tstzrange NOT NULL,
  shadow boolean NOT NULL DEFAULT false,
  is_maintenance boolean NOT NULL DEFAULT false,
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.booking_table_assignments (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  booking_id uuid NOT NULL REFERENCES public.bookings (id) ON DELETE CASCADE,
  table_id uuid NOT NULL REFERENCES public.table_inventory (id) ON DELETE RESTRICT,
  slot_id uuid REFERENCES public.booking_slots (id) ON DELETE SET NULL,
  start_at timestamptz NOT NULL,
  end_at timestamptz NOT NULL,
  idempotency_key text,
  allocation_id uuid REFERENCES public.allocations (id) ON DELETE SET NULL,
  merge_group_id uuid REFERENCES public.allocations (id) ON DELETE SET NULL,
  assigned_by uuid,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- The ledger of assign_tables_atomic_v2: what was answered to which key. It keeps the answer as it was given,
-- so it has no foreign key to rows that later calls may move or delete.
CREATE TABLE public.booking_assignment_idempotency (
  booking_id uuid NOT NULL REFERENCES public.bookings (id) ON DELETE CASCADE,
  idempotency_key text NOT NULL,
  table_ids uuid[] NOT NULL,
  assignment_window tstzrange NOT NULL,
  merge_group_allocation_id uuid,
  table_set_hash text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (booking_id, idempotency_key)
);
