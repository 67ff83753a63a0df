import { describe, expect, it } from 'vitest';
import { guard } from '../../../../target/staging/guard.ts';
import { jwt, otherRef, password, ref, refusal, secretKey, settings } from './settings.ts';

const now = new Date('2026-06-01T00:00:00Z');

describe('accepts', () => {
  it.each([
    ['the project’s URL', {}, `https://${ref}.supabase.co`, false],
    ['a slash at its end', { url: `https://${ref}.supabase.co/` }, `https://${ref}.supabase.co`, false],
    [
      'another domain of Supabase’s',
      { url: `https://${ref}.supabase.in` },
      `https://${ref}.supabase.in`,
      false,
    ],
    [
      'a stand-in on this machine',
      { url: `http://127.0.0.1:54321/${ref}/`, databaseUrl: null },
      `http://127.0.0.1:54321/${ref}`,
      true,
    ],
  ])('%s', (_, change, supabaseUrl, standIn) => {
    const accepted = guard({ ...settings, ...change }, now);
    expect(accepted).toMatchObject({
      projectRef: ref,
      supabaseUrl,
      standIn,
      restUrl: `${supabaseUrl}/rest/v1`,
    });
  });

  it.each([
    ['sb_secret_', secretKey, 'secret'],
    ['legacy', jwt({ role: 'service_role', ref }), 'legacy'],
    ['legacy without a ref', jwt({ role: 'service_role' }), 'legacy'],
  ])('a %s key', (_, key, kind) => {
    expect(guard({ ...settings, key }, now).key).toEqual({ kind, value: key });
  });

  it('no database URL: API only', () => {
    expect(guard({ ...settings, databaseUrl: null }, now).database).toBeNull();
  });
});

describe('refuses', () => {
  it.each([
    ['no URL', 'staging', /^SUPABASE_URL: it is no URL/],
    ['another host', 'https://example.com', /the host example\.com does not tell/],
    ['a custom domain', 'https://api.restaurant.example', /does not tell which project/],
    ['a host that only looks like it', `https://${ref}.supabase.co.example.com`, /does not tell/],
    ['a deeper host', `https://a.${ref}.supabase.co`, /does not tell/],
    ['the ref as a user name', `https://${ref}.supabase.co@example.com`, /user name or password/],
    ['plain http', `http://${ref}.supabase.co`, /not https/],
    ['another scheme', `ftp://${ref}.supabase.co`, /begins with ftp:/],
    ['another project', `https://${otherRef}.supabase.co`, /leads to the project zyx.*names abc/],
    ['a port', `https://${ref}.supabase.co:8443`, /no port of its own/],
    ['the REST path', `https://${ref}.supabase.co/rest/v1`, /\/rest\/v1 is added/],
    ['a query', `https://${ref}.supabase.co?apikey=x`, /behind a \? or #/],
    ['this machine without a ref', 'http://127.0.0.1:54321', /path must be the ref/],
    ['this machine, another ref', `http://localhost:54321/${otherRef}`, /leads to the project zyx/],
    ['another machine with a ref', `http://10.0.0.1/${ref}`, /the host 10\.0\.0\.1 does not tell/],
  ])('%s', (_, url, message) => {
    const change = { url, databaseUrl: null };
    expect(refusal(() => guard({ ...settings, ...change }, now))).toMatch(message);
  });

  it.each([
    ['too short', 'abc', /"abc" is no project ref/],
    ['upper case', ref.toUpperCase(), /is no project ref/],
    ['a digit', 'abcdefghijklmnopqrs1', /is no project ref/],
  ])('a ref: %s', (_, projectRef, message) => {
    expect(refusal(() => guard({ ...settings, projectRef }, now))).toMatch(message);
  });

  it('a key in the place of the ref, without showing it', () => {
    expect(refusal(() => guard({ ...settings, projectRef: secretKey }, now))).toMatch(/not shown/);
  });

  it('a protected project', () => {
    expect(refusal(() => guard({ ...settings, protectedRefs: [otherRef, ref] }, now))).toMatch(
      /is protected/,
    );
  });

  it.each([
    ['the anon key', jwt({ role: 'anon', ref }), /holds the anon key/],
    ['a user’s token', jwt({ role: 'authenticated', ref }), /of the role authenticated/],
    [
      'a key of another project',
      jwt({ role: 'service_role', ref: otherRef }),
      /key of another project than abc/,
    ],
    ['an expired key', jwt({ role: 'service_role', ref, exp: 1_700_000_000 }), /expired on 2023-11-14/],
    ['the publishable key', 'sb_publishable_0123456789abcdefghijk', /holds the publishable key/],
    ['a cut secret key', 'sb_secret_0123…', /cut off/],
    ['a cut legacy key', jwt({ role: 'service_role' }).slice(0, 60), /neither a secret key/],
    ['anything else', 'hunter2hunter2', /neither a secret key/],
  ])('%s', (_, key, message) => {
    const shown = refusal(() => guard({ ...settings, key }, now), [key]);
    expect(shown).toMatch(message);
    expect(shown).toMatch(/^SUPABASE_SECRET_KEY: /);
  });
});

it('knows every spelling of what must not be shown', () => {
  const key = jwt({ role: 'service_role', ref });
  const { secrets } = guard({ ...settings, key }, now);
  for (const secret of [key, key.split('.')[2], password, encodeURIComponent(password)]) {
    expect(secrets).toContain(secret);
  }
  expect(secrets).not.toContain('');
});
