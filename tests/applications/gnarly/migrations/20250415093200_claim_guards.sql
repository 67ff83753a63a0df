-- Every write to allocations, through the functions or past them, happens under the floor's lock and with the
-- table locked, and leaves the table's status true.
create function public.guard_allocation() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_old public.allocations := case when tg_op <> 'INSERT' then old end;
  v_new public.allocations := case when tg_op <> 'DELETE' then new end;
begin
  perform public.lock_floor(coalesce(v_new.restaurant_id, v_old.restaurant_id));
  perform public.lock_tables_in_order(
    coalesce(v_new.restaurant_id, v_old.restaurant_id), array[v_old.resource_id, v_new.resource_id]
  );
  if tg_op = 'DELETE' then
    return old;
  end if;
  return new;
end
$$;
create trigger guard before insert or delete or update on public.allocations
  for each row execute function public.guard_allocation();

create function public.refresh_after_insert() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform refresh_tables(variadic array(select resource_id from fresh where resource_type = 'table'));
  return null;
end
$$;
create trigger refresh_after_insert after insert on public.allocations
  referencing new table as fresh for each statement execute function public.refresh_after_insert();

create function public.refresh_after_update() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform refresh_tables(variadic array(
    select stale.resource_id from stale where stale.resource_type = 'table'
    union
    select fresh.resource_id from fresh where fresh.resource_type = 'table'
  ));
  return null;
end
$$;
create trigger refresh_after_update after update on public.allocations
  referencing old table as stale new table as fresh
  for each statement execute function public.refresh_after_update();

create function public.refresh_after_delete() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  perform refresh_tables(variadic array(select resource_id from stale where resource_type = 'table'));
  return null;
end
$$;
create trigger refresh_after_delete after delete on public.allocations
  referencing old table as stale for each statement execute function public.refresh_after_delete();
