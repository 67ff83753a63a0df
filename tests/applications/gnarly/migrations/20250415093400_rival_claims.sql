-- Live claims of others on a table: holds first, then allocations. Null as booking is nobody's, so everyone's rival.
create function public.rival_claims(
  p_restaurant_id uuid,
  p_table_id uuid,
  p_span tstzrange,
  p_booking_id uuid,
  p_hold_id uuid default null
)
returns table (rank integer, message text, detail text)
language plpgsql security definer set search_path = public, extensions
as $body$
#variable_conflict use_variable
begin
  return query
    select 1, format('hold conflict: table %s is held', w.table_id),
      format('wanted %s, public.table_hold_windows has %s until %s', p_span, w.hold_window, w.expires_at)
    from table_hold_windows as w
    where w.table_id = p_table_id
      and w.hold_window && p_span
      and w.expires_at > now()
      and w.hold_id is distinct from p_hold_id
      and (w.booking_id = p_booking_id) is not true;
  return query
    select 2, format('allocations_no_overlap: table %s is taken', p_table_id),
      format('wanted %s, public.allocations has %s', p_span, public."window")
    -- An alias of the schema's name: public."window" is a column here.
    from public.allocations as public
    where public.restaurant_id = p_restaurant_id
      and public.resource_type = 'table'
      and public.resource_id = p_table_id
      and not public.shadow
      and public."window" && p_span
      and (public.booking_id = p_booking_id) is not true;
end
$body$;
