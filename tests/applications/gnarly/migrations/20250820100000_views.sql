create view public.visible_bookings as
  select b.id, b.restaurant_id, b.reference, b.start_at, b.end_at, b.status, b.visibility
  from public.bookings b
  where b.visibility = 'public' and b.audience = 'public'::public.audience
  with local check option;

create view public.todays_visible_bookings with (security_invoker = true, security_barrier = true) as
  select v.id, v.reference, r.name as restaurant, (v.start_at at time zone r.timezone)::time as local_start
  from public.visible_bookings v join public.restaurants r on r.id = v.restaurant_id
  where (v.start_at at time zone r.timezone)::date = (now() at time zone r.timezone)::date
  order by r.name collate public."guest order";

create view public.open_tables as
  select t.id, t.restaurant_id, t.zone_id, t.status, t.active, public.status_at(t.id, now()) as status_by_rule
  from public.table_inventory t where t.active
  with cascaded check option;

create view public.stale_tables as
  select o.id, o.status, o.status_by_rule,
    (select count(*) from public.allocations a where a.resource_id = o.id) as allocations
  from public.open_tables o where o.status <> o.status_by_rule;

create materialized view public.zone_load as
  select z.id as zone_id, z.name, d.day::date, coalesce(sum(b.party_size), 0)::bigint as covers
  from public.zones z
  cross join lateral generate_series(date '2026-12-01', date '2026-12-31', interval '1 day') as d (day)
  left join public.bookings b on b.assigned_zone_id = z.id and b.booking_date = d.day::date
  group by z.id, z.name, d.day;
create unique index zone_load_key on public.zone_load (zone_id, day);
create index zone_load_covers on public.zone_load (covers desc nulls last) where covers > 0;
comment on materialized view public.zone_load is 'From public.bookings; see public.refresh_zone_load().';

create function public.refresh_zone_load() returns bigint
language plpgsql security definer set search_path = public
as $$
declare
  v_rows bigint;
begin
  refresh materialized view concurrently public.zone_load;
  execute 'select count(*) from public.zone_load' into strict v_rows;
  return v_rows;
end
$$;

-- Writes to a view, by a trigger and by a rule.
create view public.seat_requests as
  select b.id as booking_id, array_agg(a.table_id) as tables
  from public.bookings b left join public.booking_table_assignments a on a.booking_id = b.id
  group by b.id;
create function public.seat_on_request() returns trigger
language plpgsql set search_path = ''
as $$
begin
  perform public.assign_tables_atomic_v2(new.booking_id, new.tables, null, false, null, null, null);
  return new;
end
$$;
create trigger seat_on_request instead of insert on public.seat_requests
  for each row execute function public.seat_on_request();
create rule no_unseating as on delete to public.seat_requests
  do instead select * from public.unassign_tables_atomic(old.booking_id, null::uuid[]);
