-- Names that only exist as text until they run.

create function public.count_rows(p_table text) returns bigint
language plpgsql security definer set search_path = ''
as $$
declare
  v_count bigint;
begin
  if to_regclass('public.' || quote_ident(p_table)) is null or to_regclass('public.bookings') is null then
    raise exception 'public.% does not exist', p_table using errcode = '42P01';
  end if;
  execute format('select count(*) from %I.%I', 'public', p_table) into v_count;
  return v_count;
end
$$;

create function public.count_all() returns table (table_name text, table_rows bigint)
language plpgsql security definer set search_path = public
as $$
declare
  v_schema constant name := 'public';
  v_visibility constant text := 'public';
  v_table record;
begin
  perform set_config('search_path', 'public, extensions', true);
  for v_table in
    select t.table_name::text as name from information_schema.tables t
    where t.table_schema = 'public' and t.table_type = 'BASE TABLE'
      and exists (select from pg_catalog.pg_tables p where p.schemaname = v_schema and p.tablename = t.table_name)
    order by 1
  loop
    table_name := v_table.name;
    execute 'select count(*) from ' || v_schema || '.' || quote_ident(v_table.name) into table_rows;
    return next;
  end loop;
  -- Here it is a word like any other.
  perform from bookings where visibility = v_visibility and visibility = 'public';
end
$$;

create function public.tables_with_column(p_column text) returns setof regclass
language sql stable set search_path = ''
as $$
  select format('%I.%I', c.table_schema, c.table_name)::regclass
  from information_schema.columns c
  where c.table_schema = 'public' and c.column_name = p_column
  union
  select a.attrelid::regclass from pg_catalog.pg_attribute a
  where a.attrelid = 'public.bookings'::regclass and a.attname = p_column
$$;

-- Makes a function on demand, from a string that holds another one's body in quotes of its own.
create function public.make_greeter() returns text
language plpgsql security definer set search_path = ''
as $outer$
begin
  execute $make$
    create or replace function public.greeting(p_booking_id uuid) returns text
    language plpgsql set search_path = ''
    as $inner$
    declare
      v_name text;
    begin
      execute $query$select customer_name from public.bookings where id = $1$query$ into v_name using p_booking_id;
      return format($$Dear %s, see you at %s$$, v_name, (select b.start_at from public.bookings b where b.id = p_booking_id));
    end
    $inner$
  $make$;
  execute 'comment on function public.greeting(uuid) is ''Made by public.make_greeter()''';
  return 'public.greeting(uuid)'::regprocedure::text;
end
$outer$;

do $do$
begin
  execute 'create function public.made_in_do(n integer) returns bigint language sql set search_path = public as '
    || quote_literal('select nextval(''public.receipt_numbers'') * 0 + n + (select count(*) * 0 from public.bookings)');
  if exists (select from information_schema.routines where routine_schema = 'public' and routine_name = 'made_in_do') then
    raise notice 'public.made_in_do is there';
  end if;
end
$do$;

create function public.next_ticket(p_prefix text, p_note text default null) returns text
language plpgsql security definer set search_path = 'public', 'extensions'
as $$
declare
  v_number bigint;
begin
  -- Not nextval alone: the number belongs to the series.
  update public.ticket_series s set last_number = nextval('public.ticket_series_last_number_seq'::regclass)
  where s.prefix = p_prefix and s.note is not distinct from p_note
  returning s.last_number into v_number;
  raise debug 'public.ticket_series gave %', v_number;
  return p_prefix || v_number || '/' || currval(pg_get_serial_sequence('public.ticket_series', 'last_number'));
end
$$;

create function public.has_right(p_table text) returns boolean
language sql stable
as $$ select has_table_privilege('service_role', 'public.' || p_table, 'select') and has_schema_privilege('public', 'usage') $$;
