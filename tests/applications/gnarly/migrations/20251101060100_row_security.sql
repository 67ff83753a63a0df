create table public.staff_members (
  user_id uuid not null references auth.users (id) on delete cascade,
  restaurant_id uuid not null references public.restaurants on delete cascade,
  role text not null default 'host' check (role in ('owner', 'manager', 'host')),
  primary key (user_id, restaurant_id)
);

create function public.my_restaurants() returns setof uuid
language sql stable security definer set search_path = ''
as $$ select m.restaurant_id from public.staff_members m where m.user_id = (select auth.uid()) $$;

create function public.works_for(p_restaurant_id uuid) returns boolean
language plpgsql stable security definer set search_path = public
as $$
begin
  return auth.role() = 'service_role'
    or exists (select from staff_members m where m.restaurant_id = p_restaurant_id and m.user_id = auth.uid());
end
$$;

do $$
declare
  v_table text;
begin
  foreach v_table in array array[
    'bookings', 'customers', 'table_inventory', 'zones', 'allocations', 'booking_slots', 'table_holds',
    'allowed_capacities', 'capacity_limits'
  ] loop
    execute format('alter table public.%I enable row level security', v_table);
    execute format(
      'create policy %I on public.%I for select to authenticated using (restaurant_id in (select public.my_restaurants()))',
      v_table || ' of my restaurants', v_table
    );
  end loop;
end
$$;

alter table public.restaurants enable row level security;
create policy "everyone reads" on public.restaurants for select to public using (true);
create policy "managers write" on public.restaurants as permissive for update to authenticated
  using (public.works_for(id)) with check (public.works_for(id) and page is not null);

create policy "public bookings" on public.bookings for select to public
  using (visibility = 'public' and audience = 'public'::public.audience and auth.uid() is not null);
create policy "no staff bookings for anon" on public.bookings as restrictive for select to anon
  using (visibility <> 'staff');

-- Binds its owner, too.
alter table public."Shift Notes" enable row level security;
alter table public."Shift Notes" force row level security;
create policy "Notes of my restaurants" on public."Shift Notes" for all to authenticated
  using ("restaurantId" in (select public.my_restaurants()))
  with check (exists (
    select from public.staff_members m where m.user_id = auth.uid() and m.restaurant_id = "Shift Notes"."restaurantId"
  ));

alter table public.public enable row level security;
create policy public on public.public for select to public using (public.visibility = 'public');

alter table public.booking_assignment_idempotency enable row level security;
alter table public.row_images enable row level security;
alter table public.outbox enable row level security;
alter table public.staff_members enable row level security;
create policy "own rows" on public.staff_members to authenticated using (user_id = auth.uid());

revoke execute on all functions in schema public from public, anon, authenticated;
revoke execute on all procedures in schema public from public, anon, authenticated;
grant execute on all routines in schema public to service_role;
grant execute on function public.my_restaurants(), public.works_for(uuid), public.public() to authenticated;
-- The old overload is for the phone desk alone.
revoke all on function public.assign_tables_atomic_v2(uuid, uuid[], text, boolean, uuid) from service_role;
grant execute on function public.assign_tables_atomic_v2(uuid, uuid[], text, boolean, uuid) to authenticated, service_role;

revoke all on public.customers from anon, authenticated;
grant select (id, restaurant_id, full_name, locale_id), update (full_name) on public.customers to authenticated;
revoke insert, update, delete, truncate, references, trigger on public.bookings from anon, authenticated;
revoke usage on sequence public.receipt_numbers from anon;
revoke all on public."Gästebuch" from anon;
grant select ("名前") on public."Gästebuch" to anon with grant option;
alter default privileges in schema public revoke execute on functions from anon;
