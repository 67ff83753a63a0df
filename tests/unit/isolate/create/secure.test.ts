import { beforeAll, expect, it } from 'vitest';
import { type CatalogObject, describe } from '../../../../isolate/catalog/object.ts';
import { changesRole, whyNotSecured } from '../../../../isolate/create/secure.ts';
import { loadScanner } from '../../../../sql/tokens.ts';

beforeAll(loadScanner);

const routine = (body: string, settings: string[] = []): CatalogObject =>
  describe({
    kind: 'function',
    id: 'function f()',
    addresses: ['pg_proc/1'],
    create: [],
    routine: {
      language: 'plpgsql',
      securityDefiner: false,
      procedure: false,
      body,
      settings,
      leakproof: false,
      statement: () => [],
    },
  });

it.each([
  'begin set local role postgres; end',
  'begin if a then set role = anon; end if; end',
  'set session authorization x',
  'begin perform 1; reset all; set role none; end',
  "begin perform set_config('role', p_role, true); end",
  "select pg_catalog.set_config( 'ROLE', 'anon', false)",
])('%s changes the role', (body) => {
  expect(changesRole(routine(body))).toBe('changes its role');
});

it.each([
  "begin update public.members set role = 'host' where id = p; end",
  'begin insert into members values (p) on conflict (id) do update set role = excluded.role; end',
  'begin perform set_config(\'request.jwt.claims\', \'{"role":"anon"}\', true); end',
  'begin set local statement_timeout = 5; role := 1; end',
])('%s does not', (body) => {
  expect(changesRole(routine(body))).toBeNull();
});

it('a setting of the function does', () => {
  expect(changesRole(routine('begin end', ['role=postgres']))).toContain('runs as another role');
});

it('who asks for the caller needs the rights of the caller', () => {
  expect(whyNotSecured(routine('begin if current_user = x then return; end if; end'))).toContain(
    'current_user',
  );
  expect(whyNotSecured(routine('begin execute q using new.user, session_user; end'))).toBeNull();
});
