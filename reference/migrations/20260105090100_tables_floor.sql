-- The restaurant, its floor and the people of both sides.

CREATE TABLE public.restaurants (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  name text NOT NULL,
  slug text NOT NULL,
  timezone text NOT NULL DEFAULT 'UTC',
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.restaurant_members (
  restaurant_id uuid NOT NULL REFERENCES public.restaurants (id) ON DELETE CASCADE,
  user_id uuid NOT NULL REFERENCES auth.users (id) ON DELETE CASCADE,
  role public.restaurant_member_role NOT NULL DEFAULT 'host',
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (restaurant_id, user_id)
);

-- A restaurant without a row here has no limit.
CREATE TABLE public.restaurant_capacity_rules (
  restaurant_id uuid PRIMARY KEY REFERENCES public.restaurants (id) ON DELETE CASCADE,
  max_covers integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.zones (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  restaurant_id uuid NOT NULL REFERENCES public.restaurants (id) ON DELETE CASCADE,
  name text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE public.allowed_capacities (
  restaurant_id uuid NOT NULL REFERENCES public.restaurants (id) ON DELETE CASCADE,
  capacity smallint NOT NULL,
  PRIMARY KEY (restaurant_id, capacity)
);

CREATE TABLE public.table_inventory (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  restaurant_id uuid NOT NULL REFERENCES public.restaurants (id) ON DELETE CASCADE,
  zone_id uuid REFERENCES public.zones (id) ON DELETE RESTRICT,
  table_number text NOT NULL,
  capacity integer NOT NULL,
  min_party_size integer NOT NULL DEFAULT 1,
  max_party_size integer,
  -- Written by refresh_table_status only, save for staff who put a table out of service by hand.
  status public.table_status NOT NULL DEFAULT 'available',
  category public.table_category NOT NULL DEFAULT 'dining',
  seating_type public.table_seating_type NOT NULL DEFAULT 'standard',
  mobility public.table_mobility NOT NULL DEFAULT 'movable',
  active boolean NOT NULL DEFAULT true,
  created_at timestamptz NOT NULL DEFAULT now()
);

-- An undirected pair: stored once, either way round, or in both directions.
CREATE TABLE public.table_adjacencies (
  table_a uuid NOT NULL REFERENCES public.table_inventory (id) ON DELETE CASCADE,
  table_b uuid NOT NULL REFERENCES public.table_inventory (id) ON DELETE CASCADE,
  PRIMARY KEY (table_a, table_b)
);

CREATE TABLE public.customers (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  restaurant_id uuid NOT NULL REFERENCES public.restaurants (id) ON DELETE CASCADE,
  full_name text NOT NULL,
  email text NOT NULL,
  phone text NOT NULL,
  email_normalized text GENERATED ALWAYS AS (lower(btrim(email))) STORED,
  phone_normalized text GENERATED ALWAYS AS (regexp_replace(phone, '[^0-9]+', '', 'g')) STORED,
  created_at timestamptz NOT NULL DEFAULT now()
);
