import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';
import { signToken } from '../../../target/keys.ts';
import { client, connection, migrationsFolder, remove } from './support.ts';

const migrations = {
  '20260101000000_notes.sql': `
    create extension if not exists btree_gist with schema extensions;
    create table public.notes (
      id uuid primary key default gen_random_uuid(), owner uuid references auth.users (id),
      body text not null, during tstzrange not null,
      exclude using gist (body with =, during with &&)
    );
    alter table public.notes enable row level security;
    create policy own on public.notes for select to authenticated using (owner = auth.uid());
  `,
  '20260102000000_functions.sql': `
    set search_path = '';
    create function public.who() returns jsonb language sql stable as
      $$ select jsonb_build_object('role', auth.role(), 'user', current_user, 'uid', auth.uid(),
           'statement', current_setting('statement_timeout'), 'lock', current_setting('lock_timeout')) $$;
    create function public.nap(seconds float8) returns void language sql as $$ select pg_catalog.pg_sleep(seconds) $$;
  `,
  '20260103000000_depends_on_default_search_path.sql': 'create view note_bodies as select body from notes;',
  'README.md': 'not SQL',
};

let folder: string;
let target: EmbeddedSupabase;
const progress: string[] = [];
beforeAll(async () => {
  folder = await migrationsFolder(migrations);
  target = await startEmbedded({ migrations: folder, progress: (line) => progress.push(line) });
});
afterAll(async () => {
  await target?.stop();
  await remove(folder);
});

describe('roles', () => {
  it('postgres is what it is on a hosted project', async () => {
    const sql = connection(target.databaseUrl);
    const [role] = await sql`
      select rolname, rolsuper, rolcreatedb, rolcreaterole, rolreplication, rolbypassrls from pg_roles
      where rolname = current_user`;
    expect(role).toEqual({
      rolname: 'postgres',
      rolsuper: false,
      rolcreatedb: true,
      rolcreaterole: true,
      rolreplication: true,
      rolbypassrls: true,
    });
    const member = await sql`
      select r.rolname as name from unnest(array['anon', 'authenticated', 'service_role', 'pg_monitor',
        'pg_read_all_data', 'pg_signal_backend']) n join pg_roles r on r.rolname = n
      where pg_has_role('postgres', r.oid, 'usage') order by 1`;
    expect(member.map(({ name }) => name)).toHaveLength(6);
  });

  it('may do what the harness needs: schemas, roles, settings of PostgREST', async () => {
    const sql = connection(target.databaseUrl);
    await sql.unsafe(`
      create role probe_role; grant probe_role to postgres; create schema probe authorization probe_role;
      drop schema probe; drop role probe_role;
      alter role authenticator set pgrst.db_schemas = 'public'; alter role authenticator reset pgrst.db_schemas;
      set role service_role; reset role;
      create publication probe_publication; drop publication probe_publication;
      select count(*) from extensions.pg_stat_statements;
      select count(*) from pg_stat_activity where query is not null`);
    await expect(sql`create role over superuser`).rejects.toThrow(/permission denied/);
  });

  it('has the limits of a small project', async () => {
    const sql = connection(target.databaseUrl);
    const settings = await sql`
      select name, setting from pg_settings where name in
        ('max_connections', 'deadlock_timeout', 'log_lock_waits', 'TimeZone', 'fsync', 'server_encoding',
         'listen_addresses', 'unix_socket_directories', 'statement_timeout')`;
    expect(Object.fromEntries(settings.map(({ name, setting }) => [name, setting]))).toEqual({
      max_connections: '60',
      deadlock_timeout: '1000',
      log_lock_waits: 'on',
      TimeZone: 'UTC',
      fsync: 'on',
      server_encoding: 'UTF8',
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      statement_timeout: '0',
    });
    const [database] = await sql`select datlocale from pg_database where datname = 'postgres'`;
    expect(database?.datlocale).toBe('C.UTF-8');
  });

  it('only knows passwords of this run', async () => {
    const url = new URL(target.databaseUrl);
    for (const [user, password] of [
      ['postgres', 'postgres'],
      ['supabase_admin', 'postgres'],
      ['authenticator', url.password],
    ] as const) {
      url.username = user;
      url.password = password;
      await expect(connection(url.href)`select 1`).rejects.toThrow(/password authentication failed/);
    }
  });
});

describe('the API', () => {
  it.each([
    ['legacy service_role', () => target.serviceRoleKey, 'service_role'],
    ['sb_secret', () => target.secretApiKey, 'service_role'],
    ['legacy anon', () => target.anonKey, 'anon'],
    ['sb_publishable', () => target.publishableKey, 'anon'],
  ])('supabase-js with the %s key', async (_, key, role) => {
    const { data, error } = await client(target, key()).rpc('who');
    expect(error).toBeNull();
    const statement = role === 'anon' ? '3s' : '8s';
    expect(data).toMatchObject({ role, user: role, statement, lock: '8s' });
  });

  it('row-level security keeps strangers out and lets the owner in', async () => {
    const admin = client(target, target.secretApiKey);
    const owner = crypto.randomUUID();
    await connection(
      target.databaseUrl,
    )`insert into auth.users (id, email) values (${owner}, 'o@example.org')`;
    const inserted = await admin
      .from('notes')
      .insert({ owner, body: 'b', during: '[2026-01-01,2026-01-02)' });
    expect(inserted.error).toBeNull();
    const read = async (token?: string) => {
      const headers = {
        apikey: target.publishableKey,
        ...(token ? { authorization: `Bearer ${token}` } : {}),
      };
      return (await fetch(`${target.supabaseUrl}/rest/v1/notes?select=body`, { headers })).json();
    };
    const token = (sub: string) => signToken(target.jwtSecret, { role: 'authenticated', sub }, 60);
    expect(await read()).toEqual([]);
    expect(await read(await token(crypto.randomUUID()))).toEqual([]);
    expect(await read(await token(owner))).toEqual([{ body: 'b' }]);
    const refused = await client(target, target.publishableKey)
      .from('notes')
      .insert({ body: 'x', during: '[2026-01-01,2026-01-02)' });
    expect(refused.error?.code).toBe('42501');
    const overlap = await admin.from('notes').insert({ body: 'b', during: '[2026-01-01,2026-01-03)' });
    expect(overlap.error?.code).toBe('23P01');
  });

  it('a wrong key is refused', async () => {
    const { error, status } = await client(target, 'sb_secret_wrong').rpc('who');
    expect(status).toBe(401);
    expect(error?.message).toBe('Invalid API key');
  });

  it("statements of anonymous callers end after anon's 3 s", async () => {
    const { error } = await client(target, target.anonKey).rpc('nap', { seconds: 10 });
    expect(error?.code).toBe('57014');
  });

  it('learns of new tables and of newly exposed schemas by itself', async () => {
    const sql = connection(target.databaseUrl);
    await sql.unsafe(`
      create schema iso; grant usage on schema iso to anon, authenticated, service_role;
      create function iso.which() returns text language sql as $$ select 'iso' $$;
      alter role authenticator set pgrst.db_schemas = 'public, iso';
      notify pgrst, 'reload config'; notify pgrst, 'reload schema'`);
    const call = () => client(target, target.secretApiKey).schema('iso').rpc('which');
    await expect.poll(async () => (await call()).data, { timeout: 60_000 }).toBe('iso');
    await sql.unsafe('alter role authenticator reset pgrst.db_schemas; drop schema iso cascade');
  });

  it('load goes straight to PostgREST, with the same key', async () => {
    expect(target.restUrl).toBe(target.postgrestUrl);
    const answer = await fetch(`${target.restUrl}/rpc/who`, {
      headers: { authorization: `Bearer ${target.secretKey}` },
    });
    expect(await answer.json()).toMatchObject({ role: 'service_role' });
  });
});

it('names its parts and tells no secret', async () => {
  expect(target.versions.postgresql).toMatch(/^17\./);
  expect(target.versions.postgrest).toMatch(/^1\d\./);
  expect(target.migrations).toEqual(Object.keys(migrations).slice(0, 3));
  expect(progress).toContain('applying 20260101000000_notes.sql (1 of 3)');
  const logs = await Promise.all(Object.values(target.logFiles).map((file) => readFile(file, 'utf8')));
  const environment = await readFile(`/proc/${target.processes.postgrest}/cmdline`, 'utf8').catch(() => '');
  const told = [target.description, JSON.stringify(target.versions), ...progress, ...logs, environment].join(
    '\n',
  );
  expect(target.secrets).toHaveLength(8);
  for (const secret of target.secrets) expect(told).not.toContain(secret);
  const statements = await connection(target.superuserUrl)`select query from extensions.pg_stat_statements`;
  const recorded = statements.map(({ query }) => query).join('\n');
  for (const secret of target.secrets) expect(recorded).not.toContain(secret);
});
