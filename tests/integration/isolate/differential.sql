-- Functions, triggers, views and policies as people write them, where the name of the schema means many things.
create type public.money_kind as enum ('eur','usd');
create type public.pair as (a int, k public.money_kind);
create domain public.pairs as public.pair[] check (array_length(value, 1) < 10);
create table public.o (id bigserial primary key, tenant uuid default auth.uid(), k public.money_kind[] not null
  default '{eur}', ps public.pairs, r int4range, mr int8multirange, parent bigint references public.o on delete
  cascade, slug text collate "und-x-icu" unique deferrable, total numeric(10,2) check (total >= 0) no inherit,
  full_total numeric generated always as (total * 2) stored, unique nulls not distinct (tenant, slug));
create table public.child (extra text) inherits (public.o);
create view public.ov as with recursive t as (select id, parent, 1 as depth from public.o where parent is null
  union all select o.id, o.parent, t.depth + 1 from public.o join t on t.id = o.parent) select t.*, row_number()
  over (partition by parent order by id) as rn from t;
create view public.chk as select * from public.o where total > 1 with cascaded check option;
create function public.public_names(public text, "Public" text default 'public', out "public.x" text, out schema
  text) language plpgsql as $$ #variable_conflict use_variable
<<public>> declare bookings text := 'l'; begin "public.x" := public_names.public || public.bookings; schema :=
  'public'; end $$;
create function public.has_access(tbl text, schema_name text default 'public') returns bool language plpgsql as
  $$ begin return exists (select 1 from information_schema.tables t where t.table_schema = schema_name and
  t.table_name = tbl); end $$;
create function public.meta(cols text[] default array['public','private'], t regclass default
  'public.o'::regclass) returns text language sql as $$ select t::text || array_to_string(cols, ',') $$;
create function public.agg_state(s jsonb, v public.o) returns jsonb language sql as $$ select s || to_jsonb(v.id) $$;
create aggregate public.ids(public.o) (sfunc = public.agg_state, stype = jsonb, initcond = '[]');
create function public.search(q text, lim int default 10, kinds public.money_kind[] default
  array['eur','usd']::public.money_kind[]) returns setof public.o language plpgsql stable as $$ declare sql text
  := 'select * from public.o where true'; begin if q is not null then sql := sql || format(' and slug ilike %L',
  '%' || q || '%'); end if; sql := sql || ' and k && $1 order by id limit ' || lim; return query execute sql
  using kinds; end $$;
create function public.list_tables() returns setof text language plpgsql as $$ declare r record; begin for r in
  select schemaname, tablename from pg_tables where schemaname = any(array['public']) order by 1,2 loop execute
  format('select count(*) from %I.%I', r.schemaname, r.tablename); return next r.tablename; end loop; end $$;
create function public.exec_param(q text) returns text language plpgsql security invoker as $$ declare r text;
  begin execute q into r; return r; end $$;
create function public.lock_it(p bigint) returns bool language plpgsql as $$ begin perform
  pg_advisory_xact_lock(hashtext('public.o:' || p)); perform 1 from public.o where id = p for update nowait;
  return found; end $$;
create function public.trg() returns trigger language plpgsql as $$ begin if tg_table_schema = 'public' and
  tg_table_name = 'o' then new.slug := coalesce(new.slug, tg_relid::regclass::text || '/' || tg_table_schema);
  end if; if TG_OP = 'UPDATE' and to_jsonb(new) - 'slug' = to_jsonb(old) - 'slug' then return old; end if;
  return new; end $$;
create trigger "My Trig" before insert or update of slug, total on public.o for each row when
  (pg_trigger_depth() = 0) execute procedure public.trg();
create function public.jsonpath() returns jsonb language sql as $$ select jsonb_path_query('{"public":{"o":1}}',
  '$.public.o') || '{"t":"public.o"}'::jsonb -> 'public.o' $$;
create function public.cur() returns refcursor language plpgsql as $$ declare c refcursor := 'public.cur'; x
  cursor for select * from public.o; begin open c for select id from public.o; return c; end $$;
create function public.setlocal() returns text language plpgsql as $$ begin set local search_path = public,
  extensions; perform set_config('search_path', 'public', true); return current_setting('search_path'); end $$;
create function public.curschema() returns text language sql as $$ select current_schema()::text || (select
  nspname from pg_namespace where oid = 'public'::regnamespace) $$;
create function public.upsert(j jsonb) returns int language plpgsql as $$ declare n int; begin with ins as
  (insert into public.o (slug, total) select x->>'slug', (x->>'total')::numeric from jsonb_array_elements(j) x
  on conflict (tenant, slug) do update set total = excluded.total where public.o.total is distinct from
  excluded.total returning 1) select count(*) into n from ins; return n; end $$;
create function public.grants() returns void language plpgsql security definer as $$ begin execute 'grant select on all tables in schema public to anon';
  execute 'create table if not exists public.tmp_x (id int)'; execute 'alter table public.tmp_x enable row level security';
  drop table public.tmp_x; end $$;
create function public.temp_use() returns int language plpgsql as $$ begin create temp table if not exists tmp_o
  on commit drop as select * from public.o; perform 1 from pg_temp.tmp_o; return (select count(*) from tmp_o);
  end $$;
create function public.cast_text() returns text language sql as $$ select 'public.o'::text || '::public.o' ||
  E'\npublic.o' || U&'public.o' $$;
create function public.regs() returns text language sql as $$ select 'public.o'::regclass::text ||
  'public.has_access(text,text)'::regprocedure::text || to_regtype('public.pair')::text ||
  'public.money_kind[]'::regtype::text $$;
create function public.notify_it() returns trigger language plpgsql as $$ begin perform pg_notify('public.o',
  json_build_object('schema', tg_table_schema)::text); return null; end $$;
create trigger n after delete on public.o for each row execute function public.notify_it();
create table public.queries (id int, sql text);
create function public.trans() returns trigger language plpgsql as $$ begin insert into public.queries select
  id::int, slug from public; return null; end $$;
create trigger trans after insert on public.o referencing new table as public for each statement execute
  function public.trans();
create type public."Order Status" as enum ('new','it''s');
create table public."Order" (id uuid primary key default gen_random_uuid(), "userId" uuid references auth.users
  on delete set null, status public."Order Status" default 'new', "createdAt" timestamp(3) default
  current_timestamp, data jsonb default '{"schema":"public"}', tags text[] default '{}'::text[], constraint
  "public.check" check (status <> 'it''s'::public."Order Status" or "userId" is not null));
create unique index "Order_userId_key" on public."Order" ("userId") include (status) where status = 'new';
create index on public."Order" using gin (data jsonb_path_ops); create index on public."Order" (("data"->>'public'));
create table public.part (id int generated always as identity, region text, k int, primary key (id, region, k))
  partition by list (region);
create table public.part_eu partition of public.part for values in ('eu') partition by hash (k); create table
  public.part_eu0 partition of public.part_eu for values with (modulus 2, remainder 0); create table
  public.part_eu1 partition of public.part_eu for values with (modulus 2, remainder 1);
create table public.part_rest partition of public.part default;
create function public.pt() returns trigger language plpgsql as $$ begin return new; end $$; create trigger pt
  before insert on public.part for each row execute function public.pt(); alter table public.part_eu disable
  trigger pt; alter table public.part_rest enable always trigger pt;
create view public.upd as select id, status from public."Order"; create function public.upd_t() returns trigger
  language plpgsql as $$ begin update public."Order" set status = new.status where id = new.id; return new; end
  $$; create trigger upd_t instead of update on public.upd for each row execute function public.upd_t();
alter view public.upd alter column status set default 'new';
create function public.rec(n int) returns int language plpgsql immutable as $$ begin if n <= 1 then return 1;
  end if; return n * public.rec(n - 1); end $$;
create table public.uses_rec (n int check (public.rec(n) > 0), f int generated always as (public.rec(n))
  stored); create index on public.uses_rec (public.rec(n));
set check_function_bodies = off; create function public.mutual_a(n int) returns int language sql as $$ select
  case when n <= 0 then 0 else public.mutual_b(n - 1) end $$;
create function public.mutual_b(n int) returns int language sql as $$ select case when n <= 0 then 0 else
  public.mutual_a(n - 1) end $$;
create function public.vv_dep() returns setof int language sql begin atomic select 1; end; create view
  public.dep1 as select * from public.vv_dep() x; create function public.dep2() returns setof public.dep1
  language sql begin atomic select * from public.dep1; end; create view public.dep3 as select * from
  public.dep2(); create materialized view public.dep4 as select * from public.dep3;
create table public.dflt (id int default public.rec(3), k public."Order Status" default
  ('n'||'ew')::public."Order Status");
create or replace function public.def_rows(p public."Order" default null, q public."Order Status"[] default
  '{new}', variadic r numeric[] default '{}') returns table ("Order" text, "public" int) language plpgsql stable
  strict rows 10 cost 5 parallel safe set search_path to 'public', 'pg_temp' as $function$ begin return query
  select 'public.Order'::text, cardinality(q); end $function$;
alter table public."Order" enable row level security, force row level security, replica identity full, alter
  column data set storage external;
create collation public.ci (provider = icu, locale = 'und-u-ks-level2', deterministic = false); alter table
  public.part add column ci text collate public.ci;
create function public.text_to_os(text) returns public."Order Status" language sql immutable as $$ select case
  $1 when 'x' then 'new'::public."Order Status" end $$;
create function public.json_tbl(j json) returns table (a int) language sql as $$ select * from
  json_to_recordset(j) as x(a int) $$;
create function public.window_f() returns text language sql as $$ with public as (select 1 as a) select
  string_agg(public.a::text, ',' order by public.a) from public $$;
create function public.lateral_f() returns bigint language sql as $$ select count(*) from public."Order" public,
  lateral (select public.id, public.status from public.upd u where u.id = public.id) s $$;
create function public.quoted() returns text language plpgsql as $$ declare x text; begin execute 'select "public"."rec"(3)::text'
  into x; execute $q$ do $d$ begin perform public.rec(2); end $d$ $q$; return x; end $$;
