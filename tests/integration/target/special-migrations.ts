/** Migrations with a difficulty each, by file name. Their dates put them behind what they need. */
export const specialMigrations: Record<string, string> = {
  // As `supabase db pull` and pg_dump write it.
  '20260101000000_remote_schema.sql': `--
-- PostgreSQL database dump
--

\\restrict 0123456789abcdef

SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;

CREATE EXTENSION IF NOT EXISTS "pg_cron" WITH SCHEMA "pg_catalog";
CREATE EXTENSION IF NOT EXISTS "pg_net" WITH SCHEMA "extensions";
COMMENT ON SCHEMA "public" IS 'standard public schema';
CREATE EXTENSION IF NOT EXISTS "pg_graphql" WITH SCHEMA "graphql";
CREATE EXTENSION IF NOT EXISTS "pg_stat_statements" WITH SCHEMA "extensions";
CREATE EXTENSION IF NOT EXISTS "pgcrypto" WITH SCHEMA "extensions";
CREATE EXTENSION IF NOT EXISTS "supabase_vault" WITH SCHEMA "vault";
CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA "extensions";
CREATE EXTENSION IF NOT EXISTS "plpgsql" WITH SCHEMA "pg_catalog";
COMMENT ON EXTENSION "plpgsql" IS 'PL/pgSQL procedural language';

SET default_tablespace = '';
SET default_table_access_method = "heap";

CREATE TABLE IF NOT EXISTS "public"."legacy_imports" ("id" "uuid" DEFAULT "extensions"."uuid_generate_v4"() NOT NULL, "source" "text");
ALTER TABLE "public"."legacy_imports" OWNER TO "postgres";
COPY "public"."legacy_imports" ("id", "source") FROM stdin;
11111111-1111-1111-1111-111111111111	it's a row; not SQL
\\.

ALTER PUBLICATION "supabase_realtime" OWNER TO "postgres";
GRANT USAGE ON SCHEMA "public" TO "postgres";
ALTER DEFAULT PRIVILEGES FOR ROLE "postgres" IN SCHEMA "public" GRANT ALL ON TABLES TO "service_role";
ALTER DEFAULT PRIVILEGES FOR ROLE "supabase_admin" IN SCHEMA "public" GRANT ALL ON TABLES TO "service_role";
RESET ALL;

\\unrestrict 0123456789abcdef
`,
  '20260204000000_extensions.sql': `create extension if not exists hstore with schema extensions;
create extension if not exists citext with schema extensions;
create extension if not exists pg_trgm with schema extensions;
create extension if not exists vector with schema extensions;
create extension dblink;
drop extension dblink;
create extension if not exists "unaccent" with schema "extensions" version '0.9';
`,
  '20260204000100_cron.sql': `create extension if not exists pg_cron;
grant usage on schema cron to postgres;
grant all privileges on all tables in schema cron to postgres;
create function public.nightly() returns void language plpgsql as $$ begin perform cron.schedule('x', '* * * * *', ''); end $$;
select cron.schedule('nightly', '0 3 * * *', $$ select public.nightly(); $$);
do $$ begin
  perform cron.unschedule('other');
end $$;
select net.http_post(url := 'https://example.org/hook', body := '{}'::jsonb);
select vault.create_secret('s3cret', 'hook_key');
`,
  '20260204000200_index_concurrently.sql': `create index concurrently if not exists bookings_reference_trgm
  on public.bookings using gin (reference extensions.gin_trgm_ops);
drop index concurrently if exists public.no_such_index;
vacuum analyze public.bookings;
`,
  '20260204000300_new_label.sql': `alter type public.table_category add value if not exists 'terrace';
create table public.terraces (id uuid primary key, category public.table_category not null default 'terrace');
`,
  '20260204000400_own_transaction.sql': `begin;
create table public.in_transaction (id int primary key);
commit;
start transaction;
drop table public.in_transaction;
rollback;
`,
  '20260204000500_platform.sql': `create or replace function public.handle_new_user() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  insert into public.profiles (id, email) values (new.id, new.email);
  perform realtime.send('{}'::jsonb, 'joined', 'users', true);
  return new;
end $$;
create table public.profiles (id uuid primary key references auth.users on delete cascade, email extensions.citext);
drop trigger if exists on_auth_user_created on auth.users;
create trigger on_auth_user_created after insert on auth.users for each row execute function public.handle_new_user();
drop trigger on_auth_user_created on auth.users;
create trigger on_auth_user_created after insert on auth.users for each row execute procedure public.handle_new_user();
insert into storage.buckets (id, name, public) values ('menus', 'menus', true) on conflict do nothing;
create policy "Menus are public" on storage.objects for select using (bucket_id = 'menus');
create policy "Members listen" on realtime.messages for select to authenticated using (true);
create policy "Own sessions" on auth.sessions for select using (user_id = auth.uid());
create event trigger note_ddl on ddl_command_end execute function extensions.pgrst_ddl_watch();
drop event trigger note_ddl;
create publication everything for all tables;
drop publication everything;
alter role authenticated set statement_timeout = '9s';
alter role authenticated set statement_timeout = '8s';
create trigger hook after insert on public.profiles for each row
  execute function supabase_functions.http_request('https://example.org', 'POST', '{}', '{}', '1000');
insert into auth.users (id, email, raw_user_meta_data, confirmation_token) values
  ('00000000-0000-4000-8000-000000000001', 'Guest@example.org', '{}', '');
`,
  // Written for a database in which somebody had made a table by hand.
  '20260204000600_other_history.sql': `create table public.loyalty_tiers (id uuid primary key, name text not null);
create function public.tier_of(p_customer uuid) returns text language sql as $$ select 'gold' $$;
-- Never committed:
alter table public.made_in_the_dashboard
  add column tier uuid references public.loyalty_tiers (id);
`,
  '20260204000700_cascade_table.sql': `select 1;
insert into public.loyalty_tiers (id, name)
  values (gen_random_uuid(), 'gold');
`,
  '20260204000800_cascade_function.sql': `create view public.tiers as
  select id, public.tier_of(id) as tier from public.customers;
`,
  '20260204000900_embeddings.sql': `create table public.menu_embeddings (
  id uuid primary key,
  embedding extensions.vector(1536)
);
`,
  '20260204001000_typo.sql': `create table public.never_there (id int);

creat table public.typo (id int);
select 'it stays unread';
`,
  '20260204001100_partly.sql': `create index concurrently partly_idx on public.customers (full_name);
select 'ö', nothing from public.customers;
`,
  '20260204001200_empty.sql': '',
  '20260204001300_comments_only.sql': '-- Nothing left of this one.\n/* create table x (); */\n',
};
