import type { PostgresError } from 'postgres';
import { beforeAll, expect, it } from 'vitest';
import { loadParser } from '../../../../sql/parser.ts';
import { handle } from '../../../../target/migrations/handling.ts';
import { schemasIn } from '../../../../target/migrations/schemas.ts';
import { decodeSource } from '../../../../target/migrations/source.ts';
import { type Statement, splitStatements } from '../../../../target/migrations/statements.ts';

beforeAll(() => loadParser());

function only(text: string): Statement {
  const { statements } = splitStatements(decodeSource(Buffer.from(text)));
  return statements.length === 1 && statements[0] ? statements[0] : expect.fail(`not one statement: ${text}`);
}

const available = new Set(['btree_gist', 'citext', 'hstore', 'plpython3u', 'plpgsql']);

/** What becomes of a statement that fails with a code. */
function fate(text: string, code: string, message = ''): string {
  const { skip, elevate, forgive } = handle(only(text), available);
  if (skip !== undefined) return 'skipped unseen';
  const error = Object.assign(new Error(message), { code }) as PostgresError;
  if (forgive?.(error)) return 'left out';
  return elevate && code === '42501' ? 'run as superuser' : 'fails';
}

it.each<[string, string]>([
  ['create extension if not exists pg_cron', 'skipped unseen'],
  ['create extension pg_net with schema extensions', 'skipped unseen'],
  ['create extension some_private_one', 'skipped unseen'],
  ['drop extension if exists pg_cron, pg_net', 'skipped unseen'],
  ['drop extension pg_cron, hstore', 'run as superuser'],
  ["alter extension vector update to '0.8'", 'skipped unseen'],
  ['alter extension vector set schema extensions', 'skipped unseen'],
  ["comment on extension pg_graphql is 'x'", 'skipped unseen'],
  ["comment on extension plpgsql is 'x'", 'left out'],
  ["comment on schema graphql_public is 'x'", 'left out'],
  ['create extension hstore', 'run as superuser'],
  ['create extension btree_gist with schema extensions', 'run as superuser'],
  ['create extension plpython3u', 'fails'],
  ['copy t from stdin', 'skipped unseen'],
  ['copy t to stdout', 'skipped unseen'],
  ["copy t from '/etc/passwd'", 'fails'],
  ['create policy p on storage.objects using (true)', 'run as superuser'],
  ['alter policy p on auth.users using (true)', 'run as superuser'],
  ['drop policy p on realtime.messages', 'run as superuser'],
  ['drop trigger if exists t on auth.users', 'run as superuser'],
  ['create policy p on notes using (owner = auth.uid())', 'fails'],
  ['create event trigger e on ddl_command_end execute function f()', 'run as superuser'],
  ['create publication p for all tables', 'run as superuser'],
  ['alter table auth.users add column mine text', 'fails'],
  ['alter table public.t owner to supabase_admin', 'left out'],
  [
    'alter default privileges for role supabase_admin in schema public grant all on tables to anon',
    'left out',
  ],
  ['alter system set work_mem = 1', 'fails'],
  ['alter database postgres set "app.settings.secret" to \'x\'', 'run as superuser'],
  ["alter role anon set app.tenant = 'x'", 'run as superuser'],
  ['alter role anon set log_min_messages = debug1', 'fails'],
  ['create role r superuser', 'fails'],
])('refused: %s: %s', (text, expected) => {
  expect(fate(text, '42501')).toBe(expected);
});

it.each<[string, string]>([
  ["select cron.schedule('a', 'b', 'c')", 'left out'],
  ['select jobid from cron.job as j where j.jobid = 1', 'left out'],
  ['with x as (select cron.unschedule(1)) select * from x', 'left out'],
  ['grant usage on schema cron to postgres', 'left out'],
  ['grant select on all tables in schema cron to postgres', 'left out'],
  ['grant select on cron.job to postgres', 'left out'],
  ['revoke execute on function cron.schedule(text, text) from public', 'left out'],
  ['alter default privileges in schema pgmq grant all on tables to postgres', 'left out'],
  ['insert into cron.job (schedule) values (1)', 'left out'],
  ["comment on schema pgmq is 'x'", 'left out'],
  ["comment on table cron.job is 'x'", 'left out'],
  ['drop function pgmq.send(text)', 'left out'],
  ['alter table cron.job disable row level security', 'left out'],
  ['create policy p on cron.job using (true)', 'left out'],
  ['call partman.run_maintenance_proc()', 'left out'],
  ["select pgmq.create('orders')", 'left out'],
  ['create trigger t after insert on notes for each row execute function pgmq.notify()', 'left out'],
  ["select net.http_post('https://example.org')", 'skipped unseen'],
  ['create view public.jobs as select * from cron.job', 'fails'],
  ['create table public.copy as select * from cron.job', 'fails'],
  ['select * into public.copy from cron.job', 'fails'],
  ['create function public.f() returns int language sql return cron.unschedule(1)', 'fails'],
  ['alter table public.t add column job bigint references cron.job (jobid)', 'fails'],
  ['create function pgmq_public.send() returns int language sql return pgmq.x()', 'left out'],
  ["select 'cron.schedule', $$ cron.job $$ from nowhere.cron", 'fails'],
  ['select cron.name from people as cron', 'fails'],
])('missing object: %s: %s', (text, expected) => {
  expect(fate(text, '42P01')).toBe(expected);
});

it.each<[string, string, string]>([
  ['3F000', 'schema "cron" does not exist', 'left out'],
  ['42P01', 'relation "cron.job" does not exist', 'left out'],
  ['0A000', 'extension "pg_cron" is not available', 'left out'],
  ['42P01', 'relation "public.job" does not exist', 'fails'],
  ['23505', 'duplicate key value violates unique constraint "cron"', 'fails'],
])('a block that fails with %s, %s: %s', (code, message, expected) => {
  expect(fate('do $$ begin perform 1; end $$', code, message)).toBe(expected);
});

it.each([
  ['create schema net', '42P06', 'left out'],
  ['create schema net', '42501', 'fails'],
  ['create schema mine', '42P06', 'fails'],
])('%s, %s: %s', (text, code, expected) => {
  expect(fate(text, code)).toBe(expected);
});

it.each<[string, string | undefined]>([
  ['create extension hstore', undefined],
  [
    `create extension if not exists "uuid-ossp" with schema "ext""1" version '9.9'`,
    'create extension if not exists "uuid-ossp" with schema "ext""1"',
  ],
  [`create extension hstore version '9' cascade`, 'create extension "hstore" cascade'],
])('%s, in any version: %s', (text, expected) => {
  expect(handle(only(text), new Set([...available, 'uuid-ossp'])).anyVersion).toBe(expected);
});

it('schemas are those of names, not of aliases, columns or strings', () => {
  const text = `select a.b.c, d.e, 'f.g', h.i(), null::j.k, l.m from n.o join p on true where q operator(r.=) s`;
  expect([...schemasIn(only(text))].sort()).toEqual(['h', 'j', 'n', 'r']);
});
