import { beforeAll, expect, it } from 'vitest';
import { mentionsIn, wordsOf, writesIn } from '../../../../isolate/create/mentions.ts';
import { namesOnPath } from '../../../../sql/quoting.ts';
import { loadScanner } from '../../../../sql/tokens.ts';

beforeAll(() => loadScanner());

const schemas = new Set(['auth', 'extensions', 'My Schema']);

it.each<[string, string, string[]]>([
  ['a call', 'select auth.uid()', ['auth.uid']],
  [
    'dollar quotes',
    'begin execute $q$ select $r$auth.uid()$r$, auth.role() $q$; end',
    ['auth.uid', 'auth.role'],
  ],
  ['another case', 'select AUTH . Uid()', ['auth.uid']],
  ['quotes', 'select "My Schema"."F g"()', ['My Schema.F g']],
  ['a string that may be run', "execute 'select auth.uid()'", ['auth.uid']],
  ['quotes in a string', "execute 'select auth.f(''extensions.x'')'", ['auth.f', 'extensions.x']],
  ['a column of a table of that name', 'select t.auth.uid from t', []],
  ['a comment', '-- auth.uid()\nselect 1 /* auth.uid() */', []],
  ['an unknown schema', 'select other.uid()', []],
  ['no SQL at all', "select 'open", []],
])('%s', (_, body, expected) => {
  expect(mentionsIn(body, schemas).map(({ schema, name }) => `${schema}.${name}`)).toEqual(expected);
});

it('words are those outside strings, comments and quotes', () => {
  expect(
    wordsOf(`select 'commit', "commit" -- commit\n, COMMIT`).filter((word) => word === 'commit'),
  ).toEqual(['commit']);
});

it.each<[string, string[]]>([
  ['insert into auth.a select * from auth.b', ['auth.a']],
  ["execute 'update only auth.a set x = 1'; delete from auth.b using auth.c", ['auth.a', 'auth.b']],
  ['truncate table auth.a; merge into auth.b using auth.c on true', ['auth.a', 'auth.b']],
  ['select x into auth.a from auth.b for update', []],
  ['select 1 from auth.a where x is distinct from auth.b', []],
])('what is written by %s', (body, expected) => {
  expect(writesIn(body, schemas).map(({ schema, name }) => `${schema}.${name}`)).toEqual(expected);
});

it.each<[string, string[]]>([
  ['""', ['']],
  ['public, pg_temp', ['public', 'pg_temp']],
  ['"$user", public', ['$user', 'public']],
  ['"a ""b"", c",d', ['a "b", c', 'd']],
])('the search path %s', (list, names) => {
  expect(namesOnPath(list)).toEqual(names);
});
