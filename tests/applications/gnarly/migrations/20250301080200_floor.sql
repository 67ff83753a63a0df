create table public.restaurants (
  id uuid primary key default gen_random_uuid(),
  name text not null,
  slug public.citext not null constraint restaurants_slug_key unique
    constraint restaurants_slug_shape check (slug::text ~ '^[a-z0-9]+(-[a-z0-9]+)*$'),
  timezone text not null default 'UTC',
  legacy_code text,
  legal_name varchar(40) not null,
  opened_on date not null,
  price public.price_level not null,
  service_hours public.time_range not null default public.default_opening(),
  page text default 'public' references public.public (public) on update cascade on delete set default,
  created_at timestamptz not null default now()
);
-- Leaves a gap in the columns' numbers.
alter table public.restaurants drop column legacy_code;

create table public.capacity_limits (
  restaurant_id uuid primary key references public.restaurants on delete cascade,
  max_covers public.cover_count not null
);

create table public.zones (
  id uuid primary key default extensions.uuid_generate_v4(),
  restaurant_id uuid not null references public.restaurants on delete cascade,
  name text collate public."guest order" not null,
  floor_code character(4) not null,
  constraint zones_restaurant_id_name_key unique (restaurant_id, name),
  -- Target of the composite foreign key of tables.
  constraint zones_id_restaurant_id_key unique (id, restaurant_id)
);

create table public.allowed_capacities (
  restaurant_id uuid references public.restaurants on delete cascade,
  capacity smallint check (capacity between 1 and 60),
  primary key (restaurant_id, capacity)
);

create table public.table_inventory (
  id uuid primary key default gen_random_uuid(),
  restaurant_id uuid not null references public.restaurants on delete cascade,
  zone_id uuid references public.zones on delete restrict,
  table_number text not null,
  capacity integer not null,
  min_party_size integer not null default 1,
  max_party_size integer,
  status public.table_status not null default 'available'::public.table_status,
  category public.table_kind not null default 'standard',
  seating_type public.seating_kind not null default 'chair',
  mobility public.mobility_kind not null default 'movable',
  active boolean not null default true,
  surcharge numeric(6, 2) not null,
  -- Whether a person, not the refresh, put the table out of service; kept by a trigger.
  out_by_hand boolean not null default false,
  label text generated always as ('T' || table_number || ' (' || capacity::text || ')') stored,
  constraint table_inventory_number_key unique (restaurant_id, table_number),
  constraint table_inventory_capacity_fkey foreign key (restaurant_id, capacity)
    references public.allowed_capacities (restaurant_id, capacity) deferrable initially immediate,
  constraint table_inventory_zone_restaurant_fkey foreign key (zone_id, restaurant_id)
    references public.zones (id, restaurant_id) match simple deferrable initially deferred,
  constraint table_inventory_party check (min_party_size >= 1 and coalesce(max_party_size, min_party_size) >= min_party_size)
);
-- Old rows may break it.
alter table public.table_inventory
  add constraint table_inventory_surcharge check (surcharge >= 0) not valid;

create table public.table_adjacencies (
  table_a uuid not null references public.table_inventory on delete cascade,
  table_b uuid not null references public.table_inventory on delete cascade,
  primary key (table_a, table_b),
  constraint table_adjacencies_two check (table_a is distinct from table_b)
);

create table public.customers (
  id uuid primary key default gen_random_uuid(),
  restaurant_id uuid not null references public.restaurants on delete cascade,
  full_name text not null,
  email text not null constraint customers_email_lower check (email = lower(email)),
  phone public.phone_number not null,
  locale_id smallint not null references public.locales,
  newsletter public.short_tags,
  email_key text generated always as (public.normalise_email(email)) stored,
  phone_key text generated always as (public.normalise_phone(phone::text)) stored,
  constraint customers_email_key unique (restaurant_id, email_key) include (full_name),
  constraint customers_phone_key unique (restaurant_id, phone_key)
);

create index customers_name_pattern on public.customers (lower(full_name) text_pattern_ops);
create index table_inventory_in_use on public.table_inventory (zone_id, capacity) include (label) where active;
create index table_adjacencies_back on public.table_adjacencies using btree (table_b, table_a);
create index restaurants_hours on public.restaurants using gist (service_hours);

create function public.same_zone_only() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_zones integer;
begin
  select count(distinct coalesce(t.zone_id, t.id)) into v_zones
  from public.table_inventory t where t.id in (new.table_a, new.table_b);
  if v_zones > 1 then
    call public.fail('23514', format('public.table_adjacencies: %s and %s are in two zones', new.table_a, new.table_b));
  end if;
  return new;
end
$$;
create trigger same_zone_only before insert or update on public.table_adjacencies
  for each row execute function public.same_zone_only();
