-- Parts of services that do not run here, as far as migrations and functions of applications name them. They keep
-- what they are given, or do nothing: no message is sent, no request is made.

create schema graphql;
create schema graphql_public;
grant usage on schema graphql, graphql_public to postgres, anon, authenticated, service_role;

create schema realtime authorization supabase_realtime_admin;
create table realtime.messages (
  id uuid not null default gen_random_uuid(),
  topic text not null,
  extension text not null,
  payload jsonb,
  event text,
  private boolean default false,
  updated_at timestamp not null default now(),
  inserted_at timestamp not null default now()
);
alter table realtime.messages enable row level security;
alter table realtime.messages owner to supabase_realtime_admin;
create function realtime.topic() returns text language sql stable as $$
  select nullif(current_setting('realtime.topic', true), '')
$$;
create function realtime.send(payload jsonb, event text, topic text, private boolean default true)
  returns void language plpgsql as $$ begin end $$;
create function realtime.broadcast_changes(
  topic_name text, event_name text, operation text, table_name text, table_schema text,
  new record, old record, level text default 'ROW'
) returns void language plpgsql as $$ begin end $$;
grant usage on schema realtime to postgres, anon, authenticated, service_role;
grant all on schema realtime to postgres with grant option;
grant select, insert on realtime.messages to postgres, anon, authenticated, service_role;

-- Secrets are kept as they are: this database lives as long as a run.
create schema vault;
create table vault.secrets (
  id uuid primary key default gen_random_uuid(),
  name text unique,
  description text not null default '',
  secret text not null,
  key_id uuid,
  nonce bytea,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);
create view vault.decrypted_secrets as
  select id, name, description, secret, secret as decrypted_secret, key_id, nonce, created_at, updated_at
    from vault.secrets;
create function vault.create_secret(
  new_secret text, new_name text default null, new_description text default '', new_key_id uuid default null
) returns uuid language sql security definer set search_path = '' as $$
  insert into vault.secrets (secret, name, description) values (new_secret, new_name, new_description) returning id
$$;
create function vault.update_secret(
  secret_id uuid, new_secret text default null, new_name text default null, new_description text default null,
  new_key_id uuid default null
) returns void language sql security definer set search_path = '' as $$
  update vault.secrets
     set secret = coalesce(new_secret, secret), name = coalesce(new_name, name),
         description = coalesce(new_description, description), updated_at = now()
   where id = secret_id
$$;
revoke all on function vault.create_secret, vault.update_secret from public;
grant execute on function vault.create_secret, vault.update_secret to postgres, service_role;
grant usage on schema vault to postgres, service_role;
grant select, delete on vault.secrets, vault.decrypted_secrets to postgres, service_role;

-- Requests by trigger or function (pg_net, database webhooks): an id comes back, nothing goes out.
create schema net;
create sequence net.request_id;
create function net.http_get(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000
) returns bigint language sql security definer set search_path = '' as $$ select nextval('net.request_id') $$;
create function net.http_post(
  url text, body jsonb default '{}', params jsonb default '{}',
  headers jsonb default '{"Content-Type": "application/json"}', timeout_milliseconds int default 5000
) returns bigint language sql security definer set search_path = '' as $$ select nextval('net.request_id') $$;
create function net.http_delete(
  url text, params jsonb default '{}', headers jsonb default '{}', timeout_milliseconds int default 5000
) returns bigint language sql security definer set search_path = '' as $$ select nextval('net.request_id') $$;
grant usage on schema net to postgres, anon, authenticated, service_role;
grant all on schema net to postgres with grant option;

create schema supabase_functions;
create function supabase_functions.http_request() returns trigger language plpgsql as $$
begin
  return coalesce(new, old);
end;
$$;
grant usage on schema supabase_functions to postgres, anon, authenticated, service_role;
grant all on schema supabase_functions to postgres with grant option;
