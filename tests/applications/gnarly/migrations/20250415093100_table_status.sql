-- What a table's live allocations at a moment make of it.
create function public.status_at(p_table_id uuid, p_moment timestamptz) returns public.table_status
language sql stable security definer set search_path = ''
as $$
  select coalesce(
    (
      select case
          when bool_or(a.is_maintenance) then 'out_of_service'
          when bool_or(b.status is not distinct from 'checked_in') then 'occupied'
          when count(a.id) > 0 then 'reserved'
        end::public.table_status
      from public.allocations a
      left join public.bookings b on b.id = a.booking_id
      where a.resource_type = 'table' and a.resource_id = p_table_id and not a.shadow
        and lower(a."window") <= p_moment and p_moment < upper(a."window")
    ),
    'available'::public.table_status
  )
$$;

create function public.note_who_set_status() returns trigger
language plpgsql set search_path = ''
as $$
begin
  new.out_by_hand := new.status = 'out_of_service'
    and coalesce(current_setting('app.refreshing', true), '') <> 'yes';
  return new;
end
$$;
create trigger note_who_set_status before insert or update of status on public.table_inventory
  for each row execute function public.note_who_set_status();

create function public.refresh_table_status(p_table_id uuid) returns void
language plpgsql security definer set search_path = ''
as $refresh$
declare
  v_before public.table_inventory;
  v_after public.table_status;
begin
  select * into v_before from public.table_inventory t where t.id = p_table_id for update;
  if v_before.id is null then
    return;
  end if;
  v_after := public.status_at(p_table_id, now());
  <<by_hand>>
  begin
    exit by_hand when not v_before.out_by_hand;
    exit by_hand when exists (
      select from public.allocations m
      where m.resource_type = 'table' and m.resource_id = p_table_id and m.is_maintenance and not m.shadow
    );
    return;
  end by_hand;
  if (v_before.status, v_before.out_by_hand) is distinct from (v_after, false) then
    perform set_config('app.refreshing', 'yes', true);
    update public.table_inventory t set status = v_after where t.id = p_table_id;
    perform set_config('app.refreshing', 'no', true);
  end if;
end
$refresh$;
comment on function public.refresh_table_status(uuid) is
  $note$Stores the status by public.allocations at now(). Call it as select public.refresh_table_status('…').$note$;

create function public.refresh_tables(variadic p_table_ids uuid[]) returns void
language plpgsql security definer set search_path = ''
as $$
declare
  v_id uuid;
begin
  foreach v_id in array coalesce(public.distinct_sorted(p_table_ids), '{}'::uuid[]) loop
    -- A function called through a string, as old code of this application does.
    execute 'select public.refresh_table_status($1)' using v_id;
  end loop;
end
$$;

create procedure public.refresh_floor(in p_restaurant_id uuid, inout p_tables bigint default 0)
language sql
begin atomic
  select count(public.refresh_table_status(t.id)) from public.table_inventory t where t.restaurant_id = p_restaurant_id;
end;
