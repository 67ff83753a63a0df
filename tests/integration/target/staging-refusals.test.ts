import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { StressError } from '../../../contracts/errors.ts';
import { connectDatabase } from '../../../target/database-connection.ts';
import { freePort } from '../../../target/ports.ts';
import { configureStaging } from '../../../target/staging/configuration.ts';
import { openStaging, type StagingTarget } from '../../../target/staging/open.ts';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import { jwt, otherRef, ref } from '../../unit/target/staging/settings.ts';

type Variables = Record<string, string>;

let project: HostedStandIn;
beforeAll(async () => {
  const migrations = path.resolve('reference/migrations');
  project = await startHostedStandIn({ ref, migrations, pooler: 'session' });
  const sql = await connectDatabase(project.target.databaseUrl, 'test');
  await sql`insert into restaurants (name, slug, timezone) values ('One', 'one', 'Europe/Berlin')`;
  await sql.end();
});
afterAll(async () => {
  await project?.stop();
});

/** A folder without a `.env`. */
const folder = '/';

async function open(change: Variables = {}): Promise<StagingTarget> {
  return openStaging(configureStaging({ env: { ...project.env, ...change }, folder }));
}

/** Everything that a refused start shows, after a look for secrets in it. */
async function refusal(change: Variables): Promise<{ code: number; shown: string }> {
  const error = await open(change).then(
    () => new Error('was not refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof StressError)) throw error;
  const shown = [error.message, ...error.fixes].join('\n');
  const own = [change.SUPABASE_SECRET_KEY ?? '', passwordOf(change.SUPABASE_DB_URL ?? '')];
  for (const secret of [...project.target.secrets, ...own].filter((text) => text !== '')) {
    expect(shown).not.toContain(secret);
  }
  expect(error.fixes.length).toBeGreaterThan(0);
  return { code: error.exitCode, shown };
}

const passwordOf = (url: string) => (URL.canParse(url) ? new URL(url).password : '');

/** The project URL of something else that answers on this machine. */
async function answering(listener: RequestListener): Promise<string> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/${ref}`;
}

it.each(['secret', 'legacy'] as const)('opens a project with a %s key', async (kind) => {
  const key = kind === 'secret' ? project.target.secretApiKey : project.target.serviceRoleKey;
  const target = await open({ SUPABASE_SECRET_KEY: key });
  expect(target).toMatchObject({
    kind: 'staging',
    project: ref,
    sameDatabase: 'same',
    exposedSchemas: ['public'],
  });
  expect(target.versions).toMatchObject({ postgresql: expect.any(String), postgrest: expect.any(String) });
  for (const secret of target.secrets)
    expect(JSON.stringify([target.description, target.versions])).not.toContain(secret);
});

it('opens a project of which only the API is known', async () => {
  const target = await open({ SUPABASE_DB_URL: '' });
  expect(target).toMatchObject({ databaseUrl: null, sameDatabase: null });
  expect(target.versions).toEqual({ postgrest: expect.stringMatching(/^\d+\.\d+/) });
});

describe('bad configuration: exit 2, before any connection', () => {
  it.each<[string, () => Variables, RegExp]>([
    ['a custom domain', () => ({ SUPABASE_URL: 'https://api.example.com' }), /^SUPABASE_URL: the host/],
    [
      'another project',
      () => ({ TABLE_STRESS_PROJECT_REF: otherRef }),
      /^SUPABASE_URL: leads to the project/,
    ],
    ['a wrong ref', () => ({ TABLE_STRESS_PROJECT_REF: 'staging' }), /^TABLE_STRESS_PROJECT_REF: "staging"/],
    ['a protected ref', () => ({ TABLE_STRESS_PROTECTED_REFS: ref }), /is protected/],
    ['the anon key', () => ({ SUPABASE_SECRET_KEY: project.target.anonKey }), /holds the anon key/],
    [
      'the publishable key',
      () => ({ SUPABASE_SECRET_KEY: project.target.publishableKey }),
      /publishable key/,
    ],
    [
      'the key of another project',
      () => ({ SUPABASE_SECRET_KEY: jwt({ role: 'service_role', ref: otherRef }) }),
      /key of another project/,
    ],
    [
      'the database of another project',
      () => ({ SUPABASE_DB_URL: `postgresql://postgres.${otherRef}:pw-of-mine@127.0.0.1:5432/postgres` }),
      /database of another project/,
    ],
    [
      'the transaction pooler',
      () => ({ SUPABASE_DB_URL: `postgresql://postgres.${ref}:pw-of-mine@127.0.0.1:6543/postgres` }),
      /port 6543 is a transaction pooler/,
    ],
  ])('%s', async (_, change, message) => {
    const { code, shown } = await refusal(change());
    expect(shown).toMatch(message);
    expect(code).toBe(2);
  });
});

describe('a project that refuses: exit 3', () => {
  it.each([
    ['a wrong key', 'sb_secret_0123456789abcdefghijk'],
    ['a legacy key with a wrong signature', jwt({ role: 'service_role', ref })],
  ])('%s', async (_, key) => {
    const { code, shown } = await refusal({ SUPABASE_SECRET_KEY: key });
    expect(shown).toMatch(/refuses the key \(HTTP 401: Invalid API key\)/);
    expect(code).toBe(3);
  });

  it('nothing listens', async () => {
    const { code, shown } = await refusal({ SUPABASE_URL: `http://127.0.0.1:${await freePort()}/${ref}` });
    expect(shown).toMatch(/nothing listens/);
    expect(code).toBe(3);
  });

  it.each<[string, RequestListener, RegExp]>([
    [
      'a page',
      (_, response) => void response.end('<!doctype html><p>Hi'),
      /an HTML page.*is this the project’s URL/,
    ],
    ['another API', (_, response) => void response.end('{"ok":true}'), /answers, but not like PostgREST/],
    ['a paused project', (_, response) => void response.writeHead(540).end('Project paused'), /is paused/],
    [
      'a redirect',
      (_, response) => void response.writeHead(302, { location: 'https://example.com' }).end(),
      /redirects, and the key is not sent elsewhere/,
    ],
    [
      'an answer that repeats the key',
      (request, response) =>
        void response.writeHead(401).end(JSON.stringify({ message: `no: ${request.headers.apikey}` })),
      /refuses the key \(HTTP 401: no: \[redacted\]\)/,
    ],
  ])('%s', async (_, listener, message) => {
    const { code, shown } = await refusal({ SUPABASE_URL: await answering(listener) });
    expect(shown).toMatch(message);
    expect(code).toBe(3);
  });

  it('an unknown path', async () => {
    const { port } = new URL(project.target.supabaseUrl);
    const change = {
      SUPABASE_URL: `http://127.0.0.1:${port}/${otherRef}`,
      TABLE_STRESS_PROJECT_REF: otherRef,
      SUPABASE_DB_URL: '',
    };
    const { code, shown } = await refusal(change);
    expect(shown).toMatch(/no project answers/);
    expect(code).toBe(3);
  });

  it('no database', async () => {
    const url = new URL(project.env.SUPABASE_DB_URL ?? '');
    url.port = String(await freePort());
    const { code, shown } = await refusal({ SUPABASE_DB_URL: url.href });
    expect(shown).toMatch(/^SUPABASE_DB_URL: nothing listens there/);
    expect(code).toBe(3);
  });

  it('a wrong password', async () => {
    const url = new URL(project.env.SUPABASE_DB_URL ?? '');
    url.password = 'wrong-password-of-mine';
    const { code, shown } = await refusal({ SUPABASE_DB_URL: url.href });
    expect(shown).toMatch(/the database refuses the password/);
    expect(code).toBe(3);
  });

  it('a transaction pooler on another port', async () => {
    const { code, shown } = await refusal({
      SUPABASE_DB_URL: await project.databaseUrlThrough('transaction'),
    });
    expect(shown).toMatch(/leads to a transaction pooler/);
    expect(code).toBe(3);
  });
});
