-- What happened, in five shapes, most of them without a foreign key to anything.

create table public.row_images (
  id bigint generated always as identity (start with 100 increment by 1 no cycle) primary key,
  relation regclass not null,
  operation text not null check (operation in ('INSERT', 'UPDATE', 'DELETE')),
  image jsonb not null,
  written_by text not null default current_user,
  written_at timestamptz not null default now()
);
create index row_images_booking on public.row_images ((image ->> 'booking_id')) where image ? 'booking_id';

-- Names an allocation only, whose id nobody outside has ever seen.
create table public.allocation_journal (
  entry bigint primary key default nextval('public.journal_numbers'::regclass),
  allocation_id uuid not null,
  change text not null,
  at timestamptz not null default now()
);
alter sequence public.journal_numbers owned by public.allocation_journal.entry;

create table public.assignment_trail (
  step integer generated always as identity primary key,
  assignment_id uuid not null,
  minutes integer not null check (minutes > 0)
);

create table public.outbox (
  id uuid primary key default extensions.uuid_generate_v4(),
  topic text not null,
  stamp public."Claim Stamp",
  earlier public.moment_span[] not null default '{}',
  payload jsonb not null default jsonb_build_object('schema', 'public'),
  sent_at timestamptz
);
create index outbox_unsent on public.outbox (topic) where sent_at is null;

-- By month, and the first half of the year by kind as well; anything else goes to the default partition.
create table public.event_log (
  id bigint not null default nextval('public.receipt_numbers'),
  occurred_at timestamptz not null default now(),
  kind text not null,
  booking_id uuid,
  details jsonb not null default '{}',
  primary key (id, occurred_at, kind)
) partition by range (occurred_at);
create table public.event_log_2026_first partition of public.event_log
  for values from ('2026-01-01 00:00:00+00') to ('2026-07-01 00:00:00+00') partition by list (kind);
create table public.event_log_2026_first_status partition of public.event_log_2026_first for values in ('status');
create table public.event_log_2026_first_rest partition of public.event_log_2026_first default;
create table public.event_log_2026_second partition of public.event_log
  for values from ('2026-07-01 00:00:00+00') to ('2027-01-01 00:00:00+00');
create table public.event_log_2027 (like public.event_log including all);
alter table public.event_log attach partition public.event_log_2027
  for values from ('2027-01-01 00:00:00+00') to ('2028-01-01 00:00:00+00');
create table public.event_log_default partition of public.event_log default;
create index event_log_booking on public.event_log (booking_id, kind) include (occurred_at);

-- Inheritance: what happens on the floor, of which visits know more. The check is the parent's own.
create table public.floor_events (
  id bigserial primary key,
  happened_at timestamptz not null default current_timestamp,
  what text not null,
  constraint floor_events_not_a_visit check (what <> 'visit') no inherit
);
create table public.visit_events (
  booking_id uuid not null,
  party public.cover_count,
  constraint visit_events_visit check (what = 'visit')
) inherits (public.floor_events);
create table public.late_visit_events (minutes_late integer not null check (minutes_late > 0)) inherits (public.visit_events);

create function public.keep_image() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.row_images (relation, operation, image)
  values (tg_relid::regclass, tg_op, case tg_op when 'DELETE' then to_jsonb(old) else to_jsonb(new) end);
  return null;
end
$$;
create trigger keep_image after insert or update or delete on public.bookings
  for each row execute function public.keep_image();
create trigger keep_image after insert or update or delete on public.allocations
  for each row execute function public.keep_image();

create function public.journal_allocation() returns trigger
language plpgsql security definer set search_path = "$user", public, extensions
as $$
begin
  if tg_relid <> 'public.allocations'::regclass then
    raise exception 'journal_allocation is for public.allocations, not for %', tg_relid::regclass;
  end if;
  insert into allocation_journal (allocation_id, change)
  values (coalesce(new.id, old.id), lower(tg_op) || ' in ' || quote_ident(tg_table_name));
  return coalesce(new, old);
end
$$;
create trigger journal after insert or delete or update of "window" on public.allocations
  for each row execute function public.journal_allocation();

create function public.trail_assignment() returns trigger
language plpgsql security definer
as $$
begin
  insert into public.assignment_trail (assignment_id, minutes)
  values (new.id, greatest(1, round(extract(epoch from new.end_at - new.start_at) / 60)));
  return new;
end
$$;
create trigger trail after insert on public.booking_table_assignments
  for each row execute function public.trail_assignment();

create function public.log_status() returns trigger
language plpgsql security definer set search_path = ''
as $$
begin
  insert into public.event_log (kind, booking_id, details)
  values ('status', new.id, jsonb_build_object('from', old.status, 'to', new.status, 'table', 'public.bookings'));
  if new.status = 'checked_in' then
    -- The type's name is the table's: a row of it, made by hand.
    insert into public.visit_events (what, booking_id, party) values ('visit', new.id, least(new.party_size, 1000));
  end if;
  return new;
end
$$;
create trigger log_status after update of status on public.bookings
  for each row when (old.status is distinct from new.status) execute function public.log_status();

-- Kept for the day when the log has to be append-only; seeding and support need it off until then.
create function public.refuse_change() returns trigger language plpgsql
as $$ begin raise exception 'public.row_images is append-only' using errcode = '42501'; end $$;
create trigger append_only before update or delete on public.row_images
  for each row execute function public.refuse_change();
alter table public.row_images disable trigger append_only;
