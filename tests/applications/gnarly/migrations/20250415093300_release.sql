create function public.tables_of(p_booking_id uuid) returns uuid[]
language sql stable security definer set search_path = public
as $$
  select coalesce(public.distinct_sorted(array(
    select table_id from booking_table_assignments where booking_id = p_booking_id
    union all
    select resource_id from public.allocations where booking_id = p_booking_id and resource_type = 'table'
  )), '{}')
$$;

-- The caller holds the booking and the floor.
create procedure public.drop_claims(p_booking_id uuid, p_table_ids uuid[])
language plpgsql set search_path = ''
as $$
begin
  delete from public.booking_table_assignments
  where booking_id = p_booking_id and table_id = any (p_table_ids);
  delete from public.allocations
  where booking_id = p_booking_id and resource_type = 'table' and resource_id = any (p_table_ids);
  call public.drop_empty_groups(p_booking_id);
  -- What was undone is no answer any more: the same key assigns anew.
  delete from public.booking_assignment_idempotency
  where booking_id = p_booking_id and table_ids && p_table_ids;
end
$$;

create procedure public.drop_empty_groups(p_booking_id uuid)
language sql set search_path = ''
begin atomic
  delete from public.allocations as grp
  where grp.booking_id = p_booking_id and grp.resource_type = 'merge_group'
    and not exists (select from public.booking_table_assignments as part where part.merge_group_id = grp.id);
end;

create function public.unassign_tables_atomic(p_booking_id uuid, p_table_ids uuid[] default null)
returns setof uuid
language plpgsql security definer set search_path = ''
as $$
declare
  v_restaurant uuid;
  v_ids uuid[];
begin
  select b.restaurant_id into strict v_restaurant
  from public.bookings b where b.id = p_booking_id for no key update;
  perform public.lock_floor(v_restaurant);
  v_ids := public.tables_of(p_booking_id);
  if p_table_ids is not null then
    v_ids := array(select had.id from unnest(v_ids) as had (id) where had.id = any (p_table_ids) order by 1);
  end if;
  perform public.lock_tables_in_order(v_restaurant, v_ids);
  call public.drop_claims(p_booking_id, v_ids);
  return query select gone.id from unnest(v_ids) as gone (id);
exception
  when no_data_found then
    raise exception using errcode = 'P0002', message = format('booking %s not found', p_booking_id);
end
$$;

-- Ends what is under way; what has not begun goes altogether.
create procedure public.cut_short(p_booking_id uuid)
language plpgsql set search_path = public
as $$
declare
  v_now constant timestamptz := transaction_timestamp();
  v_ahead uuid[];
begin
  update booking_table_assignments set end_at = v_now
  where booking_id = p_booking_id and start_at < v_now and v_now < end_at;
  update public.allocations set "window" = tstzrange(lower("window"), v_now)
  where booking_id = p_booking_id and lower("window") < v_now and v_now < upper("window");
  v_ahead := array(
    select a.resource_id from public.allocations a
    where a.booking_id = p_booking_id and a.resource_type = 'table' and lower(a."window") >= v_now
  );
  call public.drop_claims(p_booking_id, v_ahead);
end
$$;

create function public.follow_status() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_booking record;
begin
  for v_booking in
    select fresh.id, fresh.restaurant_id, fresh.status
    from fresh join stale using (id)
    where fresh.status <> stale.status
    order by fresh.restaurant_id, fresh.id
  loop
    perform public.lock_floor(v_booking.restaurant_id);
    declare
      v_tables constant uuid[] := public.tables_of(v_booking.id);
    begin
      perform public.lock_tables_in_order(v_booking.restaurant_id, v_tables);
      case v_booking.status
        when 'cancelled', 'no_show' then call public.drop_claims(v_booking.id, v_tables);
        when 'completed' then call public.cut_short(v_booking.id);
        else null;
      end case;
      perform public.refresh_tables(variadic v_tables);
    end;
  end loop;
  return null;
end
$$;
create trigger follow_status after update on public.bookings
  referencing old table as stale new table as fresh
  for each statement execute function public.follow_status();

create function public.clear_the_way() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  -- Before the foreign keys delete its allocations one by one.
  perform public.lock_floor(old.restaurant_id);
  return old;
end
$$;
create trigger clear_the_way before delete on public.bookings
  for each row execute function public.clear_the_way();
