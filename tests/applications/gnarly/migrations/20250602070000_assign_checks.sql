-- The refusals that need no look at the calendar. Composite in, composite out: the zone is found on the way.
create function public.inspect_tables(p_request public.assign_request, p_booking public.bookings)
returns public.assign_request
language plpgsql security definer set search_path = ''
as $$
declare
  v_table public.table_inventory%rowtype;
  v_seen integer := 0;
  v_problem text;
  v_several constant boolean := cardinality(p_request.table_ids) > 1;
  v_foreign boolean := false;
begin
  perform public.lock_tables_in_order(p_request.restaurant_id, p_request.table_ids);
  for v_table in
    select t.* from public.table_inventory t where t.id = any (p_request.table_ids) order by t.id
  loop
    v_seen := v_seen + 1;
    v_foreign := v_foreign or v_table.restaurant_id <> p_request.restaurant_id;
    v_problem := coalesce(v_problem, case
      when not v_table.active then 'table is not active'
      when v_table.zone_id is null then 'table has no zone'
      when v_table.zone_id <> p_request.zone_id then 'tables are in different zones'
      when v_several and v_table.mobility = 'fixed' then 'a fixed table cannot be merged'
    end);
    p_request.zone_id := coalesce(p_request.zone_id, v_table.zone_id);
  end loop;
  if v_seen < cardinality(p_request.table_ids) then
    call public.fail('P0002', 'table not found');
  elsif v_foreign then
    call public.fail('23503', 'table belongs to another restaurant');
  elsif v_problem is not null then
    call public.fail('23514', v_problem);
  end if;

  if p_booking.assigned_zone_id <> p_request.zone_id or exists (
    select from public.booking_table_assignments given
    join public.table_inventory t on t.id = given.table_id
    where given.booking_id = p_booking.id and t.zone_id is distinct from p_request.zone_id
  ) then
    call public.fail('23514', 'booking belongs to another zone', format('public.zones %s', p_request.zone_id));
  end if;
  return p_request;
end
$$;

create view public.neighbours with (security_invoker = true) as
  select table_a as table_id, table_b as neighbour_id from public.table_adjacencies
  union
  select table_b, table_a from public.table_adjacencies;

create function public.lonely_table(p_table_ids uuid[]) returns uuid
language sql stable security definer set search_path = public
as $$
  select listed.id from unnest(p_table_ids) as listed (id)
  where cardinality(p_table_ids) > 1
    and not exists (
      select from public.neighbours n where n.table_id = listed.id and n.neighbour_id = any (p_table_ids)
    )
  limit 1
$$;

create function public.lock_hour(p_zone_id uuid, p_start_at timestamptz) returns void
language sql set search_path = ''
return pg_advisory_xact_lock(hashtext(p_zone_id::text), floor(date_part('epoch', p_start_at) / 3600)::integer);

-- The request's window, or a refusal.
create function public.settle_span(p_start_at timestamptz, p_end_at timestamptz, p_booking public.bookings)
returns public.moment_span
language plpgsql set search_path = public
as $$
declare
  span moment_span := row(p_start_at, p_end_at);
begin
  if num_nulls(p_start_at, p_end_at) = 1 then
    call public.fail('22023', 'p_start_at and p_end_at must be given together');
  elsif num_nulls(p_start_at, p_end_at) = 2 then
    span := (p_booking.start_at, p_booking.end_at);
  end if;
  if (span.start_at < span.end_at and isfinite(span.start_at) and isfinite(span.end_at)) is not true then
    call public.fail('22000', 'the window must be finite and start before it ends', span::text);
  end if;
  return span;
end
$$;

-- Covers at the fullest moment of a span: they only grow when a window begins.
create function public.peak_covers(p_restaurant_id uuid, p_span tstzrange) returns bigint
language sql stable security definer set search_path = ''
as $$
  with parties as materialized (
    select distinct on (a.booking_id, a."window") a.booking_id, a."window", b.party_size
    from public.allocations a join public.bookings b on b.id = a.booking_id
    where a.restaurant_id = p_restaurant_id and a.resource_type = 'table'
      and not a.shadow and a."window" && p_span
  ), moments (at) as (
    select lower(p_span) union select lower("window") from parties where lower("window") > lower(p_span)
  )
  select max(here.covers)
  from moments
  cross join lateral (
    select sum(seated.party_size) as covers
    from (select distinct booking_id, party_size from parties where "window" @> moments.at) as seated
  ) as here
$$;

create procedure public.respect_capacity(p_restaurant_id uuid, p_span tstzrange)
language plpgsql set search_path = ''
as $$
declare
  v_limit public.capacity_limits.max_covers%type;
  v_peak bigint;
begin
  select max_covers into v_limit from public.capacity_limits where restaurant_id = p_restaurant_id;
  if found then
    v_peak := public.peak_covers(p_restaurant_id, p_span);
    if v_peak > v_limit then
      call public.fail('P0001', 'capacity_exceeded_post_assignment', format('%s covers, %s allowed', v_peak, v_limit));
    end if;
  end if;
end
$$;
