-- The database, its schemas and extensions, and who may do what in them.

alter database postgres owner to postgres;

create schema extensions authorization postgres;
create extension pgcrypto with schema extensions;
create extension "uuid-ossp" with schema extensions;
create extension pg_stat_statements with schema extensions;
grant usage on schema extensions to anon, authenticated, service_role;
grant all on all tables in schema extensions to postgres with grant option;
grant all on all functions in schema extensions to postgres with grant option;

grant usage on schema public to postgres, anon, authenticated, service_role;

-- What a migration creates in public can be called through the API at once, as on Supabase: it is row-level
-- security that keeps callers out, not a missing grant.
alter default privileges for role postgres in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role postgres in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on tables to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on functions to postgres, anon, authenticated, service_role;
alter default privileges for role supabase_admin in schema public
  grant all on sequences to postgres, anon, authenticated, service_role;

-- What Realtime would publish. Nothing reads it here.
create publication supabase_realtime;
alter publication supabase_realtime owner to postgres;
