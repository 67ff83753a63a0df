import { beforeAll, describe, expect, it } from 'vitest';
import { rewriteSearchPath } from '../../../../isolate/rewrite/rewrite.ts';
import { loadScanner } from '../../../../sql/tokens.ts';
import { type Case, checkMarked, renaming } from './marked.ts';

beforeAll(loadScanner);

it.each<[string, string, string]>([
  ['public', 'table_stress', 'table_stress, public'],
  ['"public"', 'table_stress', 'table_stress, "public"'],
  [
    '"$user", public, extensions',
    '"$user", table_stress, extensions',
    '"$user", table_stress, public, extensions',
  ],
  ['PUBLIC,x', 'table_stress,x', 'table_stress, PUBLIC,x'],
  ['"Public", publications', '"Public", publications', '"Public", publications'],
  ['', '', ''],
  ['""', '""', '""'],
  ['table_stress, public, x', 'table_stress, x', 'table_stress, public, x'],
  ['public, table_stress', 'table_stress', 'table_stress, public, table_stress'],
  ['public, ', 'table_stress, ', 'table_stress, public, '],
])('search path %s', (value, replaced, kept) => {
  expect(rewriteSearchPath(value, renaming, false)).toBe(replaced);
  expect(rewriteSearchPath(value, renaming, true)).toBe(kept);
});

describe('in texts', () => {
  const alone = { ...renaming, staying: new Set<string>() };

  it.each<Case>([
    ['set search_path = «public», x'],
    ['set local search_path to "$user", «"public"»'],
    [
      "create function «public».f() returns int language sql set search_path to '«public»', 'extensions' as $$select 1$$",
    ],
    ["alter function «public».f() set search_path = ''"],
    ["select set_config('search_path', '«public», extensions', true), set_config('x.y', 'public', true)"],
    ["select set_config('search_path', '«public», ' || current_setting('search_path'), true)"],
    ["do $$ begin execute 'set search_path to «public»'; end $$"],
    ['select search_path = public from t'],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'sql', alone));

  it.each<Case>([
    ['set search_path = «¦table_stress, »public, x'],
    ["alter function «public».f() set search_path to «¦'table_stress', »'public', 'x'"],
    ["select set_config('search_path', '«public¦table_stress, public»', true)"],
    ["do $$ begin execute 'set search_path to «¦''table_stress'', »''public'''; end $$"],
  ])('extensions in the deployed schema: %s', (marked, ...findings) =>
    checkMarked([marked, ...findings], 'sql', renaming),
  );
});
