-- Written on another system: every line of this file ends in CR LF. Ümläute und 🍽️ vor public.bookings.
create function public.describe_booking(p_id uuid) returns text
language plpgsql stable security definer set search_path = ''
as $$
declare
  v_text text;
begin
  -- „Grüße“ – 予約 – 🍷🍷 public.bookings steht gleich hinter diesen Zeichen
  select '🍽️ ' || b.customer_name || ', ' || public.overlong_name_of(b) into v_text from public.bookings b where b.id = p_id;
  /* nested /* comment: public.zones */ still a comment: public.zones */
  return coalesce(v_text, E'kein Eintrag in \'public.bookings\' 🤷') || U&' \2713';
end
$$;

create function public.overlong_name_of(b public.bookings) returns text
language sql stable
as $$
  select r.name || ' · ' || b.reference from public.restaurants r where r.id = b.restaurant_id
$$;
