-- Extensions that live in public: references to what is theirs (public.citext, public.gist_uuid_ops) are not
-- references to what is the application's.
create extension if not exists btree_gist with schema public;
create extension if not exists citext with schema public;
create extension if not exists "uuid-ossp" with schema extensions;

create type public.table_status as enum ('available', 'reserved', 'occupied', 'out_of_service');
create type public.booking_status as enum (
  'pending', 'pending_allocation', 'confirmed', 'checked_in', 'completed', 'cancelled', 'no_show'
);
alter type public.booking_status add value 'waitlisted' before 'confirmed';
create type public.mobility_kind as enum ('movable', 'fixed');
create type public.seating_kind as enum ('chair', 'bench', 'high stool', 'Séparée');
create type public.table_kind as enum ('standard', 'bar', 'terrace');
create type public.hold_state as enum ('active', 'expired', 'confirmed', 'cancelled');
create type public.price_level as enum ('€', '€€', '€€€');

-- Labels that look like a schema, a qualified name and a quoted name.
create type public.audience as enum ('public', 'staff', 'public.bookings', 'owner''s "eyes" only');

create domain public.resource_kind as text
  constraint resource_kind_known check (value in ('table', 'merge_group'));
create domain public.phone_number as text
  constraint phone_number_length check (char_length(value) between 7 and 20)
  constraint phone_number_characters check (value ~ '^[0-9+() .-]+$');
create domain public.positive_int as integer check (value > 0);
create domain public.cover_count as public.positive_int default 2 check (value <= 1000);
create domain public.short_tags as text[] default '{}' not null check (cardinality(value) <= 8);

create function public.seconds_between(later time, earlier time)
returns double precision
language sql immutable strict parallel safe
return extract(epoch from (later - earlier));

create type public.time_range as range (
  subtype = time,
  subtype_diff = public.seconds_between,
  multirange_type_name = public.time_multirange
);

create type public.moment_span as (start_at timestamptz, end_at timestamptz);
-- Everything about one call of the assignment, handed from step to step.
create type public.assign_request as (
  booking_id uuid,
  restaurant_id uuid,
  zone_id uuid,
  table_ids uuid[],
  span public.moment_span,
  idempotency_key text,
  assigned_by uuid
);
create type public."Claim Stamp" as (
  "Kind" public.resource_kind,
  span public.moment_span,
  tables uuid[],
  audience public.audience
);
comment on type public."Claim Stamp" is 'What public.allocations held when the stamp was made.';

create collation public."guest order" from "C";

create function public.span_range(p_span public.moment_span)
returns tstzrange
language sql immutable parallel safe
begin atomic
  select tstzrange((p_span).start_at, (p_span).end_at, '[)');
end;

create function public.distinct_sorted(p_ids uuid[])
returns uuid[]
language sql immutable parallel safe
begin atomic
  select array_agg(distinct listed.id order by listed.id)
  from unnest(p_ids) as listed (id)
  where listed.id is not null;
end;

-- No search_path of its own, and an unqualified type: resolved when it runs.
create function public.normalise_email(p_email text) returns text
language sql immutable parallel safe
as 'select lower(btrim(p_email))';

create function public.normalise_phone(p_phone text) returns text
language plpgsql immutable parallel safe set search_path = ''
as $function$
begin
  return regexp_replace(p_phone, $pattern$[^0-9]+$pattern$, '', 'g');
end
$function$;

-- One place that refuses: codes and messages in one form.
create procedure public.fail(p_code text, p_message text, p_detail text default '')
language plpgsql set search_path = ''
as $$
begin
  raise exception using errcode = p_code, message = p_message, detail = p_detail;
end
$$;
comment on procedure public.fail(text, text, text) is 'Refuses with a code; see public.bookings for who is refused.';
