-- Temporary claims by a host, and the audit trail.

CREATE TABLE public.table_holds (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  restaurant_id uuid NOT NULL REFERENCES public.restaurants (id) ON DELETE CASCADE,
  booking_id uuid REFERENCES public.bookings (id) ON DELETE CASCADE,
  zone_id uuid REFERENCES public.zones (id) ON DELETE RESTRICT,
  start_at timestamptz NOT NULL,
  end_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  status public.table_hold_status NOT NULL DEFAULT 'active',
  created_by uuid,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.table_hold_members (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  hold_id uuid NOT NULL REFERENCES public.table_holds (id) ON DELETE CASCADE,
  table_id uuid NOT NULL REFERENCES public.table_inventory (id) ON DELETE CASCADE,
  created_at timestamptz NOT NULL DEFAULT now(),
  CONSTRAINT table_hold_members_hold_table_key UNIQUE (hold_id, table_id)
);

-- One row for each member of an active hold, written by triggers. The foreign key to the member removes the
-- window with it, so a deleted hold or member needs no trigger.
CREATE TABLE public.table_hold_windows (
  hold_id uuid NOT NULL,
  table_id uuid NOT NULL,
  booking_id uuid,
  start_at timestamptz NOT NULL,
  end_at timestamptz NOT NULL,
  expires_at timestamptz NOT NULL,
  hold_window tstzrange GENERATED ALWAYS AS (tstzrange(start_at, end_at, '[)')) STORED,
  PRIMARY KEY (hold_id, table_id),
  FOREIGN KEY (hold_id, table_id)
    REFERENCES public.table_hold_members (hold_id, table_id) ON DELETE CASCADE ON UPDATE CASCADE
);

-- No foreign keys: an audit row outlives what it tells about.
CREATE TABLE public.audit_log (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  table_name text NOT NULL,
  action text NOT NULL,
  row_id uuid NOT NULL,
  payload jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
