create function public.confirm_hold_assignment_with_transition(
  p_hold_id uuid,
  p_booking_id uuid,
  p_idempotency_key text default null,
  p_assigned_by uuid default null
)
returns setof public.booking_table_assignments
language plpgsql security definer set search_path = public, extensions
as $$
declare
  v_hold public.table_holds;
  v_booking public.bookings;
  v_tables uuid[];
begin
  select * into v_booking from public.bookings where id = p_booking_id for no key update;
  select * into v_hold from public.table_holds where id = p_hold_id for no key update;
  if v_booking.id is null or v_hold.id is null then
    call public.fail('P0002', 'booking or hold not found');
  elsif v_hold.booking_id <> p_booking_id then
    call public.fail('P0001', 'hold conflict: the hold is for another booking');
  elsif v_hold.status <> 'active' or v_hold.expires_at <= pg_catalog.now() then
    call public.fail('23514', format('hold is %s until %s', v_hold.status, v_hold.expires_at));
  end if;
  v_tables := array(select m.table_id from public.table_hold_members m where m.hold_id = p_hold_id);
  update table_holds set status = 'confirmed', booking_id = p_booking_id where id = p_hold_id;
  perform public.assign_tables_atomic_v2(
    p_booking_id, v_tables, p_idempotency_key, false, p_assigned_by, v_hold.start_at, v_hold.end_at
  );
  update public.bookings set status = 'confirmed'
  where id = p_booking_id and status in ('pending', 'pending_allocation', 'waitlisted');
  return query select * from public.booking_table_assignments where booking_id = p_booking_id and table_id = any (v_tables);
end
$$;
