-- Extensions live in their own schema, as on a hosted project, so that dropping `public` never drops them.
CREATE SCHEMA IF NOT EXISTS extensions;

-- Equality on uuid and enums inside a GiST index: what allocations_no_overlap is made of.
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA extensions;

CREATE TYPE public.table_status AS ENUM ('available', 'reserved', 'occupied', 'out_of_service');

CREATE TYPE public.table_category AS ENUM ('bar', 'dining', 'lounge', 'patio', 'private');

CREATE TYPE public.table_seating_type AS ENUM ('standard', 'sofa', 'booth', 'high_top');

CREATE TYPE public.table_mobility AS ENUM ('movable', 'fixed');

CREATE TYPE public.booking_status AS ENUM (
  'pending',
  'pending_allocation',
  'confirmed',
  'checked_in',
  'completed',
  'cancelled',
  'no_show'
);

CREATE TYPE public.allocation_resource_type AS ENUM ('table', 'merge_group');

CREATE TYPE public.table_hold_status AS ENUM ('active', 'expired', 'confirmed', 'cancelled');

CREATE TYPE public.restaurant_member_role AS ENUM ('owner', 'manager', 'host');
