import { expect, it } from 'vitest';
import type { Privilege } from '../../../../isolate/catalog/privileges.ts';
import { grantSteps } from '../../../../isolate/create/grants.ts';

const privilege = (on: string, grantee: string | null, more: Partial<Privilege> = {}): Privilege => ({
  address: on,
  on,
  column: null,
  privilege: 'SELECT',
  grantee,
  grantable: false,
  grantor: null,
  ...more,
});
const texts = (wanted: Privilege[], present: Privilege[]) =>
  grantSteps(wanted, present, 'The owner').map(({ text }) => text);

it('what is the same needs no statement', () => {
  expect(texts([privilege('table s.a', 'anon')], [privilege('table s.a', 'anon')])).toEqual([]);
});

it('what default privileges gave too much goes before what lacks comes', () => {
  expect(texts([privilege('table s.a', 'anon')], [privilege('table s.a', 'public')])).toEqual([
    'revoke SELECT on table s.a from public',
    'grant SELECT on table s.a to anon',
  ]);
});

it('objects with the same right of the same role share a statement', () => {
  const wanted = ['table s.a', 'table s.b'].map((on) => privilege(on, 'anon'));
  expect(texts(wanted, [])).toEqual(['grant SELECT on table s.a, s.b to anon']);
});

it('columns, options and the owner are named', () => {
  expect(texts([privilege('table s.a', null, { column: '"C d"', grantable: true })], [])).toEqual([
    'grant SELECT ("C d") on table s.a to "The owner" with grant option',
  ]);
});

it('a right that may not be passed on any more is given anew', () => {
  const present = [privilege('table s.a', 'anon', { grantable: true })];
  expect(texts([privilege('table s.a', 'anon')], present)).toEqual([
    'revoke SELECT on table s.a from anon',
    'grant SELECT on table s.a to anon',
  ]);
});
