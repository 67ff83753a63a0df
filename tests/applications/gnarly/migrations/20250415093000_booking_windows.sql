create function public.derive_window() returns trigger
language plpgsql security definer set search_path = ''
as $derive$
<<derive>>
declare
  zone_name text;
  starts timestamp := new.booking_date + new.start_time;
  ends timestamp := new.booking_date + new.end_time;
begin
  select coalesce(max(r.timezone), 'UTC') into derive.zone_name
  from public.restaurants as r where r.id = new.restaurant_id;
  -- An end that is not after the start is on the next day.
  if derive.ends <= derive.starts then
    derive.ends := derive.ends + interval '1 day';
  end if;
  new.start_at := timezone(derive.zone_name, derive.starts);
  new.end_at := timezone(derive.zone_name, derive.ends);
  new.reference := coalesce(nullif(new.reference, ''), public.next_reference());
  return new;
end
$derive$;
create trigger derive_window
  before insert or update of restaurant_id, booking_date, start_time, end_time, start_at, end_at, reference
  on public.bookings for each row execute function public.derive_window();

-- "Confirmed" is a promise of a table. Imports may bring confirmed bookings, changes may not.
create function public.confirm_needs_table() returns trigger
language plpgsql security definer set search_path = public
as $$
begin
  perform from booking_table_assignments as given where given.booking_id = new.id;
  if not found then
    raise check_violation using
      message = format('booking %s cannot be confirmed: it has no assigned table', new.id),
      table = 'bookings', schema = 'public',
      hint = 'call public.assign_tables_atomic_v2 first';
  end if;
  return new;
end
$$;
create trigger confirm_needs_table before update of status on public.bookings
  for each row
  when (new.status = 'confirmed'::public.booking_status and old.status <> 'confirmed'::public.booking_status)
  execute function public.confirm_needs_table();

-- ENABLE ALWAYS: also when rows come in by replication.
create function public.lower_email() returns trigger
language plpgsql set search_path = public
as $$
begin
  new.customer_email := lower(new.customer_email::text)::public.citext;
  return new;
end
$$;
create trigger lower_email before insert or update of customer_email on public.bookings
  for each row execute function public.lower_email();
alter table public.bookings enable always trigger lower_email;

-- Whatever wrote them: at commit an assignment says what its allocation says.
create function public.assignment_agrees() returns trigger
language plpgsql security definer set search_path = ''
as $$
declare
  v_stored public.booking_table_assignments;
  v_span tstzrange;
begin
  select a.* into v_stored from public.booking_table_assignments a where a.id = new.id;
  if v_stored.id is null or v_stored.allocation_id is null then
    return null;
  end if;
  select c."window" into v_span from public.allocations c where c.id = v_stored.allocation_id;
  if v_span is distinct from public.span_range(row(v_stored.start_at, v_stored.end_at)::public.moment_span) then
    raise exception 'public.booking_table_assignments % is adrift of public.allocations %', new.id, v_stored.allocation_id
      using errcode = 'XX001';
  end if;
  return null;
end
$$;
create constraint trigger assignment_agrees
  after insert or update of start_at, end_at, allocation_id on public.booking_table_assignments
  deferrable initially deferred for each row execute function public.assignment_agrees();
