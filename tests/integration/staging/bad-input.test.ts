import path from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import { root, runProgram, temporaryFolder } from '../run/program.ts';
import { remainsIn, settingsOf } from './remains.ts';

const ref = 'abcdefghijklmnopqrst';
const other = 'zyxwvutsrqponmlkjihg';
let standIn: HostedStandIn;
let elsewhere: HostedStandIn;
let sql: postgres.Sql;

beforeAll(async () => {
  const migrations = path.join(root, 'reference', 'migrations');
  standIn = await startHostedStandIn({ migrations, ref, keyKind: 'legacy' });
  elsewhere = await startHostedStandIn({ migrations, ref: other, keyKind: 'legacy' });
  sql = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
  const restaurants = (to: postgres.Sql) =>
    to`insert into public.restaurants (name, slug, timezone) values ('A', 'a', 'UTC'), ('B', 'b', 'UTC')`;
  await restaurants(sql);
  const there = postgres(elsewhere.target.databaseUrl, { max: 1, onnotice: () => {} });
  await restaurants(there);
  await there.end();
});
afterAll(async () => {
  await sql?.end();
  await standIn?.stop();
  await elsewhere?.stop();
});

const staging = async (env: Record<string, string>, ...more: string[]) =>
  runProgram(['run', 'smoke', '--target', 'staging', '--yes', '--out', temporaryFolder(), ...more], {
    env: { ...standIn.env, ...env },
  });

/** What is wrong, how the variables differ from the right ones, exit code, and what is said. */
const cases: [string, () => Record<string, string>, number, RegExp][] = [
  ['no ref', () => ({ TABLE_STRESS_PROJECT_REF: '' }), 2, /TABLE_STRESS_PROJECT_REF/],
  ['another ref than in the URL', () => ({ TABLE_STRESS_PROJECT_REF: other }), 2, /SUPABASE_URL/],
  ['a ref that is none', () => ({ TABLE_STRESS_PROJECT_REF: 'production' }), 2, /TABLE_STRESS_PROJECT_REF/],
  ['a protected ref', () => ({ TABLE_STRESS_PROTECTED_REFS: ref }), 2, /protected/],
  ['a custom domain', () => ({ SUPABASE_URL: 'https://api.example.com' }), 2, /SUPABASE_URL/],
  ['nobody at the URL', () => ({ SUPABASE_URL: `http://127.0.0.1:1/${ref}` }), 3, /127\.0\.0\.1:1/],
  ['an anonymous key', () => ({ SUPABASE_SECRET_KEY: standIn.target.anonKey }), 2, /anon/],
  ['a publishable key', () => ({ SUPABASE_SECRET_KEY: standIn.target.publishableKey }), 2, /publishable/],
  [
    'a key of another project',
    () => ({ SUPABASE_SECRET_KEY: elsewhere.target.serviceRoleKey }),
    2,
    /project/,
  ],
  ['a wrong key', () => ({ SUPABASE_SECRET_KEY: `sb_secret_${'x'.repeat(32)}` }), 3, /key/],
  [
    'a database of another project',
    () => ({ SUPABASE_DB_URL: elsewhere.target.databaseUrl }),
    3,
    /another database/,
  ],
  [
    'a wrong password',
    () => ({ SUPABASE_DB_URL: standIn.target.databaseUrl.replace(/:[^:@/]+@/, ':wrong-password-1@') }),
    3,
    /password/,
  ],
  [
    'no database there',
    () => ({ SUPABASE_DB_URL: 'postgres://postgres:secret-pw@127.0.0.1:1/postgres' }),
    3,
    /SUPABASE_DB_URL: nothing listens there/,
  ],
];

describe('staging refuses, says why in one message, and leaves nothing', () => {
  it.each(cases)('%s', async (_, env, code, message) => {
    const before = await settingsOf(sql);
    const changed = env();
    const ended = await staging(changed);
    expect(ended.code, ended.stderr).toBe(code);
    expect(ended.stderr).toMatch(/error: |✖ target/);
    expect(ended.stderr).toMatch(message);
    expect(ended.stderr).toContain('→');
    for (const secret of [...standIn.target.secrets, ...elsewhere.target.secrets]) {
      expect(ended.stdout + ended.stderr).not.toContain(secret);
    }
    expect(await remainsIn(sql)).toEqual([]);
    expect(await settingsOf(sql)).toEqual(before);
  });

  it('a transaction pooler', async () => {
    const ended = await staging({ SUPABASE_DB_URL: await standIn.databaseUrlThrough('transaction') });
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toMatch(/transaction/);
    expect(await remainsIn(sql)).toEqual([]);
  });

  it('a schema that exists and is not ours is never dropped', async () => {
    await sql`create schema table_stress_theirs`;
    await sql`create table table_stress_theirs.precious (id int)`;
    const ended = await staging({}, '--schema', 'table_stress_theirs');
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toMatch(/exists and is not ours/);
    const dropped = await runProgram(
      ['isolate', '--drop', '--schema', 'table_stress_theirs', '--target', 'staging'],
      { env: { ...standIn.env } },
    );
    expect(dropped.code).not.toBe(0);
    expect(await sql`select from table_stress_theirs.precious`).toEqual([]);
    await sql`drop schema table_stress_theirs cascade`;
  });

  it('a source schema without the RPC', async () => {
    await sql`create schema empty_app`;
    const ended = await staging({}, '--source-schema', 'empty_app');
    expect(ended.code, ended.stderr).toBe(3);
    expect(ended.stderr).toMatch(/empty_app/);
    await sql`drop schema empty_app`;
    expect(await remainsIn(sql)).toEqual([]);
  });

  it('no right to create schemas', async () => {
    await sql`create role weak login password 'weak-pass-word' nocreaterole in role service_role`;
    await sql`grant weak to postgres`;
    await sql`revoke create on database postgres from public`;
    const url = new URL(standIn.target.databaseUrl);
    const weak = `postgres://weak:weak-pass-word@${url.host}/postgres`;
    const ended = await staging({ SUPABASE_DB_URL: weak });
    expect([2, 3], ended.stderr).toContain(ended.code);
    expect(ended.stderr).toMatch(/create|right|permission|user/i);
    expect(ended.stderr).not.toContain('weak-pass-word');
    expect(await remainsIn(sql)).toEqual([]);
  });

  it('a statement time-out during cloning', async () => {
    // Somebody else is about to make a schema of that name: ours has to wait for the outcome. No other statement of ours
    // takes that long.
    const rival = postgres(standIn.target.databaseUrl, { max: 1, onnotice: () => {} });
    await rival`begin`;
    await rival`create schema table_stress`;
    try {
      const ended = await staging({ TABLE_STRESS_STATEMENT_TIMEOUT_MS: '2500' });
      expect(ended.code, ended.stderr).toBe(3);
      expect(ended.stderr).toMatch(/statement time-out/);
      expect(ended.stderr).toContain('nothing was left behind');
    } finally {
      await rival`rollback`;
      await rival.end();
    }
    expect(await remainsIn(sql)).toEqual([]);
  });

  it('a time limit that is none', async () => {
    const ended = await staging({ TABLE_STRESS_STATEMENT_TIMEOUT_MS: 'soon' });
    expect(ended.code, ended.stderr).toBe(2);
    expect(ended.stderr).toContain('TABLE_STRESS_STATEMENT_TIMEOUT_MS');
  });
});
