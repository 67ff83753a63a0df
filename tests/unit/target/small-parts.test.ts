import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { jwtVerify } from 'jose';
import { expect, it, onTestFinished } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import { checkFolder, checkK6, checkNode } from '../../../target/checks.ts';
import { createKeys, signToken } from '../../../target/keys.ts';
import { choosePort, freePort } from '../../../target/ports.ts';
import { scramVerifier } from '../../../target/postgres/password.ts';
import { redact } from '../../../target/redact.ts';
import { fakeK6, scratchFolder, script } from './scratch.ts';

it('redacts secrets, plain and URL-encoded', () => {
  const text = 'postgres://u:p%2Bw@h and p+w and key-1';
  expect(redact(text, ['p+w', 'key-1', ''])).toBe('postgres://u:[redacted]@h and [redacted] and [redacted]');
});

it('makes the SCRAM verifier that PostgreSQL makes', () => {
  // From RFC 7677, section 3: user "user", password "pencil".
  const salt = Buffer.from('W22ZaJ0SNY7soEsUEjb6gQ==', 'base64');
  expect(scramVerifier('pencil', salt)).toBe(
    'SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU=',
  );
});

it('signs keys of both roles, new ones for each project', async () => {
  const [one, two] = [await createKeys(), await createKeys()];
  const secret = new TextEncoder().encode(one.jwtSecret);
  expect((await jwtVerify(one.anonKey, secret)).payload).toMatchObject({ role: 'anon', iss: 'supabase' });
  expect((await jwtVerify(one.serviceRoleKey, secret)).payload.role).toBe('service_role');
  const user = await signToken(one.jwtSecret, { role: 'authenticated', sub: 'u' }, 60);
  expect((await jwtVerify(user, secret)).payload).toMatchObject({ role: 'authenticated', sub: 'u' });
  expect(new Set([...Object.values(one), ...Object.values(two)]).size).toBe(10);
});

it('a taken port is bad usage, a free one is kept', async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  await expect(choosePort(port, 'PostgREST')).rejects.toThrow(UsageError);
  // Somebody else may take a free one at any moment, but hardly three.
  const kept: boolean[] = [];
  for (let attempt = 0; attempt < 3; attempt += 1) {
    const free = await freePort();
    kept.push(
      await choosePort(free, 'PostgREST').then(
        (chosen) => chosen === free,
        () => false,
      ),
    );
  }
  expect(kept).toContain(true);
});

it.each([
  ['20.19.0', 'ok'],
  ['22.3.1', 'ok'],
  ['20.18.9', 'fail'],
  ['18.20.0', 'fail'],
])('Node.js %s: %s', (version, status) => {
  expect(checkNode(version).status).toBe(status);
});

it('checks k6 without making one', async () => {
  const root = await scratchFolder();
  const options = { env: { PATH: join(root, 'bin'), TABLE_STRESS_CACHE: join(root, 'c') }, goPlaces: [] };
  const [missing, go] = await checkK6(options);
  expect([missing?.status, go?.status]).toEqual(['warn', 'warn']);
  await script(join(root, 'bin', 'k6'), fakeK6('2.2.0'));
  expect((await checkK6(options))[0]).toMatchObject({
    status: 'ok',
    detail: expect.stringContaining('2.2.0'),
  });
  const [broken] = await checkK6({ ...options, env: { ...options.env, K6_BIN: '/nowhere/k6' } });
  expect(broken?.status).toBe('fail');
});

it('checks a folder that is still to be made', async () => {
  const root = await scratchFolder();
  expect((await checkFolder('runs folder', join(root, 'a', 'b'))).status).not.toBe('fail');
  expect((await checkFolder('runs folder', '/proc/nowhere/b')).status).toBe('fail');
});
