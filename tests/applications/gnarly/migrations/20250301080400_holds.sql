create table public.table_holds (
  id uuid primary key default gen_random_uuid(),
  restaurant_id uuid not null references public.restaurants on delete cascade,
  booking_id uuid references public.bookings on delete cascade,
  zone_id uuid references public.zones on delete restrict,
  start_at timestamptz not null,
  end_at timestamptz not null,
  expires_at timestamptz not null,
  status public.hold_state not null default 'active',
  check (start_at < end_at)
);

create table public.table_hold_members (
  hold_id uuid not null references public.table_holds on delete cascade,
  table_id uuid not null references public.table_inventory on delete cascade,
  constraint table_hold_members_key unique (hold_id, table_id)
);

create table public.table_hold_windows (
  hold_id uuid not null,
  table_id uuid not null,
  booking_id uuid,
  start_at timestamptz not null,
  end_at timestamptz not null,
  expires_at timestamptz not null,
  hold_window tstzrange generated always as (tstzrange(start_at, end_at, '[)')) stored,
  primary key (hold_id, table_id),
  foreign key (hold_id, table_id) references public.table_hold_members (hold_id, table_id)
    on update cascade on delete cascade
);
create index table_hold_windows_span on public.table_hold_windows
  using gist (table_id public.gist_uuid_ops, hold_window range_ops);

-- Who writes a claim on a restaurant's tables, an allocation or a hold, writes alone. Order: bookings, holds,
-- this, tables by id, the hour.
create function public.lock_floor(p_restaurant_id uuid) returns void
language sql volatile set search_path = ''
begin atomic
  select pg_advisory_xact_lock(hashtextextended('floor:' || p_restaurant_id::text, 42));
end;

create function public.lock_tables_in_order(p_restaurant_id uuid, p_table_ids uuid[]) returns integer
language plpgsql set search_path to public, extensions
as $$
declare
  v_locked integer := 0;
  v_row record;
begin
  for v_row in
    select inv.id from table_inventory as inv
    where inv.restaurant_id = p_restaurant_id and inv.id = any (p_table_ids)
    order by inv.id
    for update of inv
  loop
    v_locked := v_locked + 1;
  end loop;
  return v_locked;
end
$$;

create function public.guard_member() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_restaurant public.table_holds.restaurant_id%type;
begin
  select h.restaurant_id into v_restaurant from public.table_holds h where h.id = new.hold_id for no key update;
  perform public.lock_floor(v_restaurant);
  return new;
end
$$;
create trigger guard_member before insert or update on public.table_hold_members
  for each row execute procedure public.guard_member();

create function public.mirror_holds(p_hold_ids uuid[]) returns void
language plpgsql security definer set search_path = public, pg_temp
as $mirror$
declare
  v_hold record;
  v_rival record;
begin
  for v_hold in
    select h.*, array(select m.table_id from public.table_hold_members m where m.hold_id = h.id) as members
    from public.table_holds h where h.id = any (p_hold_ids) order by h.id for no key update of h
  loop
    if v_hold.status is distinct from 'active'::public.hold_state then
      delete from public.table_hold_windows w where w.hold_id = v_hold.id;
      continue;
    end if;
    perform public.lock_floor(v_hold.restaurant_id), public.lock_tables_in_order(v_hold.restaurant_id, v_hold.members);
    delete from table_hold_windows w where w.hold_id = v_hold.id;
    insert into table_hold_windows (hold_id, table_id, booking_id, start_at, end_at, expires_at)
    select v_hold.id, unnest(v_hold.members), v_hold.booking_id, v_hold.start_at, v_hold.end_at, v_hold.expires_at;
    continue when v_hold.expires_at <= current_timestamp;

    select r.* into v_rival
    from unnest(v_hold.members) as member (id)
    cross join lateral public.rival_claims(v_hold.restaurant_id, member.id,
      tstzrange(v_hold.start_at, v_hold.end_at), v_hold.booking_id, v_hold.id) r
    limit 1;
    if found then
      call public.fail('P0001', v_rival.message, v_rival.detail);
    end if;
  end loop;
end
$mirror$;

create function public.mirror_written() returns trigger
language plpgsql security definer set search_path = public, pg_temp
as $$
begin
  -- One function for two tables: the row tells by its shape which one it is of.
  perform mirror_holds(array(
    select distinct coalesce(image ->> 'hold_id', image ->> 'id')::uuid
    from written, to_jsonb(written) as image
  ));
  return null;
end
$$;
create trigger mirror_members after insert on public.table_hold_members
  referencing new table as written for each statement execute function public.mirror_written();
create trigger mirror_moved_members after update on public.table_hold_members
  referencing new table as written for each statement execute function public.mirror_written();
create trigger mirror_holds after update on public.table_holds
  referencing new table as written for each statement execute function public.mirror_written();
