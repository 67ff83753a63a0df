create function public.assign_tables_atomic_v2(
  p_booking_id uuid,
  p_table_ids uuid[],
  p_idempotency_key text default null,
  p_require_adjacency boolean default false,
  p_assigned_by uuid default null,
  p_start_at timestamptz default null,
  p_end_at timestamptz default null
)
returns table (table_id uuid, start_at timestamptz, end_at timestamptz, merge_group_id uuid)
language plpgsql security definer set search_path = public, extensions
as $assign$
#variable_conflict use_column
declare
  request public.assign_request;
  booking public.bookings%rowtype;
  ledger public.booking_assignment_idempotency%rowtype;
  rival record;
  new_group uuid;
begin
  request.table_ids := public.distinct_sorted(p_table_ids);
  if request.table_ids is null then
    call public.fail('23514', 'no tables to assign');
  end if;

  select * into booking from bookings b where b.id = p_booking_id for no key update;
  if not found then
    call public.fail('P0002', format('booking %s not found', p_booking_id));
  end if;
  request.booking_id := booking.id;
  request.restaurant_id := booking.restaurant_id;
  request.idempotency_key := p_idempotency_key;
  request.assigned_by := p_assigned_by;
  request.span := public.settle_span(p_start_at, p_end_at, booking);

  perform public.lock_floor(booking.restaurant_id);
  request := public.inspect_tables(request, booking);
  if p_require_adjacency and public.lonely_table(request.table_ids) is not null then
    call public.fail('23514', 'tables are not adjacent', public.lonely_table(request.table_ids)::text);
  end if;
  perform public.lock_hour(request.zone_id, (request.span).start_at);

  select * into ledger from booking_assignment_idempotency i
  where i.booking_id = p_booking_id and i.idempotency_key = p_idempotency_key;
  if found then
    if ledger.table_set_hash <> public.set_hash(request.table_ids) then
      call public.fail('P0003', 'idempotency key was used for another set of tables');
    end if;
    return query
      select answered.id, lower(ledger.assignment_window), upper(ledger.assignment_window),
        ledger.merge_group_allocation_id
      from unnest(ledger.table_ids) as answered (id);
    return;
  end if;
  if booking.status::text in ('completed', 'cancelled', 'no_show') then
    call public.fail('23514', format('booking is %s', booking.status));
  end if;

  select r.* into rival
  from unnest(request.table_ids) as wanted (id),
    public.rival_claims(request.restaurant_id, wanted.id, public.span_range(request.span), p_booking_id) as r
  order by r.rank, wanted.id
  limit 1;
  if found then
    call public.fail('P0001', rival.message, rival.detail);
  end if;

  new_group := public.write_claims(request);
  -- The triggers of public.allocations have refreshed the tables' status.
  if p_idempotency_key is not null then
    insert into booking_assignment_idempotency (
      booking_id, idempotency_key, table_ids, assignment_window, merge_group_allocation_id, table_set_hash
    )
    values (
      p_booking_id, p_idempotency_key, request.table_ids, public.span_range(request.span), new_group,
      public.set_hash(request.table_ids)
    );
  end if;
  call public.respect_capacity(request.restaurant_id, public.span_range(request.span));
  return query
    select given.id, (request.span).start_at, (request.span).end_at, new_group
    from unnest(request.table_ids) as given (id);
end
$assign$;

create function public.set_hash(p_ids uuid[]) returns text
language sql immutable set search_path = ''
return encode(extensions.digest(array_to_string(p_ids, ','), 'sha256'), 'hex');

-- Still called by an old screen. Whoever leaves out the last two parameters gets "function is not unique".
create function public.assign_tables_atomic_v2(
  p_booking_id uuid,
  p_table_ids uuid[],
  p_idempotency_key text default null,
  p_require_adjacency boolean default false,
  p_assigned_by uuid default null
)
returns table (table_id uuid, start_at timestamptz, end_at timestamptz, merge_group_id uuid)
language sql security definer
begin atomic
  select a.table_id, a.start_at, a.end_at, a.merge_group_id
  from public.assign_tables_atomic_v2(
    p_booking_id, p_table_ids, p_idempotency_key, p_require_adjacency, p_assigned_by, null, null
  ) as a;
end;
comment on function public.assign_tables_atomic_v2(uuid, uuid[], text, boolean, uuid) is
  'Older than public.assign_tables_atomic_v2 with a window; kept for public.bookings made by phone.';
