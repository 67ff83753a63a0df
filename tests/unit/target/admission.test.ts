import { describe, expect, it } from 'vitest';
import { admit } from '../../../target/gateway/admission.ts';
import { keys } from './keys-fixture.ts';

const user = 'Bearer user.own.jwt';

describe('keys', () => {
  it.each([
    ['no key', undefined, undefined, '', 'No API key found in request'],
    ['unknown key', 'sb_secret_other', undefined, '', 'Invalid API key'],
    ['the JWT secret is no key', keys.jwtSecret, undefined, '', 'Invalid API key'],
    ['legacy key alone stays anonymous', keys.serviceRoleKey, undefined, '', undefined],
    [
      'legacy key in both',
      keys.serviceRoleKey,
      `Bearer ${keys.serviceRoleKey}`,
      '',
      `Bearer ${keys.serviceRoleKey}`,
    ],
    ['legacy key, user token', keys.anonKey, user, '', user],
    ['legacy key, new key as token', keys.anonKey, `Bearer ${keys.secretApiKey}`, '', 'Invalid API key'],
    ['secret key alone', keys.secretApiKey, undefined, '', `Bearer ${keys.serviceRoleKey}`],
    [
      'secret key in both',
      keys.secretApiKey,
      `Bearer ${keys.secretApiKey}`,
      '',
      `Bearer ${keys.serviceRoleKey}`,
    ],
    ['secret key, user token wins', keys.secretApiKey, user, '', user],
    ['publishable key', keys.publishableKey, undefined, '', `Bearer ${keys.anonKey}`],
    [
      'publishable key, secret key as token',
      keys.publishableKey,
      `Bearer ${keys.secretApiKey}`,
      '',
      'Invalid API key',
    ],
    [
      'publishable key in a browser',
      keys.publishableKey,
      undefined,
      'Mozilla/5.0 (X11)',
      `Bearer ${keys.anonKey}`,
    ],
    [
      'secret key in a browser',
      keys.secretApiKey,
      undefined,
      'Mozilla/5.0 (X11)',
      'Forbidden use of secret API key in browser',
    ],
  ])('%s', (_, apikey, authorization, userAgent, expected) => {
    const result = admit(keys, { apikey, authorization, userAgent });
    expect(result.ok ? result.authorization : result.body.message).toBe(expected);
  });
});
