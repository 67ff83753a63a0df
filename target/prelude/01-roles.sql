-- The roles of a hosted project, as far as an application or this harness can tell them apart.
-- Runs as supabase_admin, the cluster's superuser. Passwords are set at each start, never here.

-- The application's own role. It is no superuser: what fails on a hosted project has to fail here too.
create role postgres login createdb createrole replication bypassrls;

create role anon nologin noinherit;
create role authenticated nologin noinherit;
create role service_role nologin noinherit bypassrls;

-- The role that PostgREST logs in with. A call runs as one of its members, under these limits.
create role authenticator login noinherit;
grant anon, authenticated, service_role to authenticator;
alter role authenticator set statement_timeout = '8s';
alter role authenticator set lock_timeout = '8s';
alter role anon set statement_timeout = '3s';
alter role authenticated set statement_timeout = '8s';

-- Owners of the platform's schemas; migrations name them in grants.
create role supabase_auth_admin nologin noinherit createrole;
create role supabase_storage_admin nologin noinherit createrole;
create role supabase_realtime_admin nologin noinherit;
create role supabase_replication_admin nologin replication;
create role supabase_read_only_user nologin bypassrls;
create role dashboard_user nologin createdb createrole replication;
create role pgbouncer nologin;
create role supabase_functions_admin nologin noinherit createrole;
create role supabase_etl_admin nologin replication;

grant anon, authenticated, service_role, authenticator to postgres with admin option;
grant pg_monitor, pg_read_all_data, pg_signal_backend to postgres with admin option;
grant pg_read_all_data to supabase_read_only_user;

-- Hosted projects let this role change such settings by means of an extension of theirs; here by plain grants.
grant set on parameter
  pgrst.db_schemas, pgrst.db_extra_search_path, pgrst.db_max_rows, pgrst.db_pool, pgrst.db_pre_request,
  pgrst.db_aggregates_enabled, pgrst.db_plan_enabled, pgrst.openapi_mode,
  session_replication_role, deadlock_timeout, log_lock_waits, log_min_duration_statement, log_min_messages,
  log_statement, track_functions, track_io_timing
to postgres;
