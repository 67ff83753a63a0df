create function public.slot_for(p_restaurant_id uuid, p_start_at timestamptz) returns uuid
language plpgsql security definer set search_path = ''
as $$
declare
  v_zone text := (select r.timezone from public.restaurants r where r.id = p_restaurant_id);
  v_local timestamp := p_start_at at time zone v_zone;
  v_slot uuid;
begin
  -- Where clocks repeat an hour, the second moment of a local time has no slot of its own.
  if v_local at time zone v_zone is distinct from p_start_at then
    return null;
  end if;
  insert into public.booking_slots as slot (restaurant_id, slot_date, slot_time)
  select p_restaurant_id, v_local::date, v_local::time
  where not exists (
    select from public.booking_slots s
    where (s.restaurant_id, s.slot_date, s.slot_time) = (p_restaurant_id, v_local::date, v_local::time)
  );
  select s.id into v_slot from public.booking_slots s
  where (s.restaurant_id, s.slot_date, s.slot_time) = (p_restaurant_id, v_local::date, v_local::time);
  return v_slot;
end
$$;

-- Updates the booking's allocation of a thing, or makes it.
create function public.put_allocation(p_request public.assign_request, p_kind public.resource_kind, p_resource_id uuid)
returns uuid
language plpgsql set search_path = public
as $$
declare
  v_id uuid;
begin
  update allocations set
    "window" = public.span_range(p_request.span), shadow = false, created_by = p_request.assigned_by
  where booking_id = p_request.booking_id and resource_type = p_kind and resource_id = p_resource_id
  returning id into v_id;
  if v_id is null then
    v_id := case p_kind when 'merge_group' then p_resource_id else gen_random_uuid() end;
    insert into public.allocations (id, booking_id, restaurant_id, resource_type, resource_id, "window", created_by)
    values (v_id, p_request.booking_id, p_request.restaurant_id, p_kind, p_resource_id,
      public.span_range(p_request.span), p_request.assigned_by);
  end if;
  return v_id;
end
$$;

create function public.group_of(p_booking_id uuid, p_table_ids uuid[]) returns uuid
language sql volatile set search_path = public
as $$
  select case when cardinality(p_table_ids) > 1 then coalesce(
    (
      select merge_group_id from booking_table_assignments
      where booking_id = p_booking_id and merge_group_id is not null
      group by merge_group_id
      having public.distinct_sorted(array_agg(table_id)) = p_table_ids
    ),
    extensions.uuid_generate_v4()
  ) end
$$;

create function public.write_claims(p_request public.assign_request, out p_group uuid)
language plpgsql security definer set search_path = ''
as $$
declare
  v_slot constant uuid := public.slot_for(p_request.restaurant_id, (p_request.span).start_at);
  v_table uuid;
  v_allocation uuid;
  v_detail text;
begin
  p_group := public.group_of(p_request.booking_id, p_request.table_ids);
  if p_group is not null then
    perform public.put_allocation(p_request, 'merge_group', p_group);
  end if;
  foreach v_table in array p_request.table_ids loop
    v_allocation := public.put_allocation(p_request, 'table', v_table);
    merge into public.booking_table_assignments as given
    using (values (p_request.booking_id, v_table)) as wanted (booking_id, table_id)
    on given.booking_id = wanted.booking_id and given.table_id = wanted.table_id
    when matched then update set
      slot_id = v_slot, start_at = (p_request.span).start_at, end_at = (p_request.span).end_at,
      idempotency_key = p_request.idempotency_key, allocation_id = v_allocation, merge_group_id = p_group
    when not matched then
      insert (booking_id, table_id, slot_id, start_at, end_at, idempotency_key, allocation_id, merge_group_id)
      values (p_request.booking_id, v_table, v_slot, (p_request.span).start_at, (p_request.span).end_at,
        p_request.idempotency_key, v_allocation, p_group);
  end loop;
  call public.drop_empty_groups(p_request.booking_id);
  insert into public.outbox (topic, stamp)
  values ('assigned', row('table', p_request.span, p_request.table_ids, 'staff')::public."Claim Stamp");
exception
  -- Never under these locks; for those who write past them.
  when exclusion_violation or unique_violation then
    get stacked diagnostics v_detail = pg_exception_detail;
    call public.fail('P0001', 'allocations_no_overlap', v_detail);
end
$$;
