-- Kinds of objects that few applications have.

create function public.add_covers(total bigint, b public.bookings) returns bigint
language sql immutable return coalesce(total, 0) + (b).party_size;
create aggregate public.covers_of(public.bookings) (
  sfunc = public.add_covers, stype = bigint, initcond = '0', parallel = safe
);

create function public.spans_touch(a public.moment_span, b public.moment_span) returns boolean
language sql immutable parallel safe
return (a).end_at = (b).start_at or (b).end_at = (a).start_at;
create operator public.~|~ (leftarg = public.moment_span, rightarg = public.moment_span,
  function = public.spans_touch, commutator = operator(public.~|~));
create function public.touching(p_a public.moment_span, p_b public.moment_span) returns boolean
language sql immutable set search_path = ''
as $$ select p_a operator(public.~|~) p_b $$;

create cast (public.moment_span as tstzrange) with function public.span_range(public.moment_span) as assignment;

create statistics public.bookings_day_status (dependencies, ndistinct) on booking_date, status from public.bookings;
create statistics public.bookings_local_hour on (date_part('hour', start_time)) from public.bookings;

create text search configuration public.menu (copy = pg_catalog.german);
create index "Gästebuch_words" on public."Gästebuch" using gin (to_tsvector('public.menu', "名前"));

alter publication supabase_realtime add table public.bookings, public.table_inventory (id, status);
alter table public.bookings replica identity full;
alter table public.event_log_default set (autovacuum_vacuum_scale_factor = 0.05);
alter table public.row_images alter column image set storage external, alter column image set compression pglz;
alter table public.bookings alter column status set statistics 500;

create unlogged table public.scratch (
  like public.booking_slots including defaults including constraints including comments,
  kept public.positive_int default 1
);
