import { describe, expect, it } from 'vitest';
import {
  effectiveLimits,
  type LimitName,
  limitInWords,
  limitsTable,
  milliseconds,
} from '../../../../target/staging/time-limits.ts';

it.each([
  ['8s', 8_000],
  ['3000', 3_000],
  ['250ms', 250],
  ['2min', 120_000],
  ['1h', 3_600_000],
  ['0', 0],
  ['1.5 s', 1_500],
  ["'8s'", 8_000],
  ['eight', null],
])('%s is %s ms', (text, ms) => {
  expect(milliseconds(text)).toBe(ms);
});

it.each([
  [{ ms: 8_000, from: 'authenticator' }, '8 s (authenticator)'],
  [{ ms: 250, from: 'role' }, '250 ms (role)'],
  [{ ms: 0, from: 'server' }, 'none (server)'],
  [{ ms: null, from: 'server' }, 'not known'],
])('%j in words', (limit, text) => {
  expect(limitInWords(limit)).toBe(text);
});

describe('which setting counts', () => {
  const set = (role: string | null, database: boolean, value: string) => ({
    role,
    database,
    name: 'statement_timeout' as LimitName,
    value,
  });
  const effective = (settings: ReturnType<typeof set>[]) =>
    Object.fromEntries(
      effectiveLimits(settings, () => ({ ms: 120_000, from: 'server' }), 'authenticator', 'postgres').map(
        ({ role, statement_timeout: { ms, from } }) => [role, `${ms} ${from}`],
      ),
    );

  it('a call has the limit of its role, else that of the session', () => {
    expect(effective([set('authenticator', false, '8s'), set('anon', false, '3s')])).toEqual({
      anon: '3000 anon',
      authenticated: '8000 authenticator',
      service_role: '8000 authenticator',
      authenticator: '8000 authenticator',
      postgres: '120000 server',
    });
  });

  it('a session has the limit for its database before that for all; a call’s role has the latter only', () => {
    const settings = [
      set('authenticator', false, '8s'),
      set('authenticator', true, '6s'),
      set('service_role', true, '1min'),
      set(null, true, '20s'),
    ];
    expect(effective(settings)).toMatchObject({
      service_role: '6000 authenticator',
      authenticator: '6000 authenticator',
      postgres: '20000 database',
    });
  });

  it('is shown as a table', () => {
    const limits = effectiveLimits([], () => ({ ms: 0, from: 'server' }), 'authenticator', 'postgres');
    expect(limitsTable(limits).slice(0, 2)).toEqual([
      'role           statement      lock wait      idle in transaction',
      'anon           none (server)  none (server)  none (server)',
    ]);
  });
});
