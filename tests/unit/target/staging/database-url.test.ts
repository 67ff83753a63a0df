import postgres from 'postgres';
import { describe, expect, it } from 'vitest';
import { checkDatabaseUrl } from '../../../../target/staging/database-url.ts';
import { otherRef, password, ref, refusal } from './settings.ts';

const hosted = { projectRef: ref, standIn: false };
const standIn = { projectRef: ref, standIn: true };
const secret = encodeURIComponent(password);
const pooler = 'aws-0-eu-central-1.pooler.supabase.com';

describe('accepts', () => {
  it.each([
    ['direct', hosted, `postgresql://postgres:${secret}@db.${ref}.supabase.co:5432/postgres`, 'direct'],
    ['direct, short', hosted, `postgres://postgres:${secret}@db.${ref}.supabase.co`, 'direct'],
    ['session', hosted, `postgresql://postgres.${ref}:${secret}@${pooler}:5432/postgres`, 'session pooler'],
    [
      'stand-in',
      standIn,
      `postgresql://postgres.${ref}:${secret}@127.0.0.1:7777/postgres`,
      'on this machine',
    ],
    [
      'stand-in, plain user',
      standIn,
      `postgresql://postgres:${secret}@localhost/postgres`,
      'on this machine',
    ],
  ])('%s', (_, project, text, kind) => {
    const access = checkDatabaseUrl(text, project);
    expect(access.kind).toBe(kind);
    const { options } = postgres(access.url);
    expect(options).toMatchObject({ pass: password, database: 'postgres' });
    expect(options.ssl).toBe(kind === 'on this machine' ? false : 'require');
  });

  it('and leaves out parameters that a server would refuse', () => {
    const text = `postgresql://postgres:${secret}@db.${ref}.supabase.co/postgres?pgbouncer=true&sslmode=verify-full`;
    expect(checkDatabaseUrl(text, hosted).url).toMatch(/postgres\?sslmode=verify-full$/);
  });
});

describe('refuses', () => {
  const direct = `db.${ref}.supabase.co`;
  it.each([
    ['no URL', 'db', hosted, /is no connection string/],
    [
      'a raw # in the password',
      `postgresql://postgres:a#b@${direct}/postgres`,
      hosted,
      /is no connection string|has a #/,
    ],
    [
      'a raw % in the password',
      `postgresql://postgres:a%b@${direct}/postgres`,
      hosted,
      /is no connection string/,
    ],
    ['https', `https://${direct}`, hosted, /begins with https:/],
    ['no user', `postgresql://${direct}/postgres`, hosted, /names no user/],
    ['no password', `postgresql://postgres@${direct}/postgres`, hosted, /no password/],
    ['the placeholder', `postgresql://postgres:[YOUR-PASSWORD]@${direct}/postgres`, hosted, /placeholder/],
    [
      'the transaction pooler',
      `postgresql://postgres.${ref}:${secret}@${pooler}:6543/postgres`,
      hosted,
      /port 6543 is a transaction pooler/,
    ],
    ['the dedicated pooler', `postgresql://postgres:${secret}@${direct}:6543/postgres`, hosted, /6543/],
    ['another port', `postgresql://postgres:${secret}@${direct}:5433/postgres`, hosted, /port 5433 is not/],
    [
      'another project, direct',
      `postgresql://postgres:${secret}@db.${otherRef}.supabase.co/postgres`,
      hosted,
      /database of another project than abc/,
    ],
    [
      'another project, pooler',
      `postgresql://postgres.${otherRef}:${secret}@${pooler}/postgres`,
      hosted,
      /database of another project/,
    ],
    [
      'the pooler without a ref',
      `postgresql://postgres:${secret}@${pooler}/postgres`,
      hosted,
      /the user is not the one/,
    ],
    ['another user', `postgresql://app:${secret}@${direct}/postgres`, hosted, /the user is not the one/],
    [
      'another host',
      `postgresql://postgres:${secret}@db.example.com/postgres`,
      hosted,
      /host db\.example\.com is not known/,
    ],
    [
      'a host that only looks like it',
      `postgresql://postgres:${secret}@${direct}.example.com/postgres`,
      hosted,
      /is not known/,
    ],
    [
      'no encryption',
      `postgresql://postgres:${secret}@${direct}/postgres?sslmode=disable`,
      hosted,
      /sslmode/,
    ],
    ['a tunnel', `postgresql://postgres:${secret}@127.0.0.1/postgres`, hosted, /leads to this machine/],
    [
      'a hosted database behind a stand-in',
      `postgresql://postgres:${secret}@${direct}/postgres`,
      standIn,
      /leads away from this machine/,
    ],
    [
      'a stand-in of another project',
      `postgresql://postgres.${otherRef}:${secret}@127.0.0.1/postgres`,
      standIn,
      /another project/,
    ],
    [
      'a stand-in’s transaction pooler',
      `postgresql://postgres:${secret}@127.0.0.1:6543/postgres`,
      standIn,
      /transaction pooler/,
    ],
  ])('%s', (_, text, project, message) => {
    expect(refusal(() => checkDatabaseUrl(text, project))).toMatch(message);
  });
});
