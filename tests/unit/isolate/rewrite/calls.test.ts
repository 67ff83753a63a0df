import { beforeAll, describe, it } from 'vitest';
import type { Renaming } from '../../../../isolate/rewrite/renaming.ts';
import { loadScanner } from '../../../../sql/tokens.ts';
import { type Case, checkMarked, renaming } from './marked.ts';

beforeAll(loadScanner);

/** Takes a type of the deployed schema. */
const used: Renaming = { ...renaming, ambiguous: new Set(['mark', 'Label']) };
const mark = '«mark¦table_stress.mark»';

describe('calls that would fit a function of both schemas', () => {
  it.each<Case>([
    [`select ${mark}(id, 'open'), «"Label"¦table_stress."Label"» (x), label('x') from ${mark}('a') m`],
    [`select 1 from a join ${mark}('a') b on ${mark}('b') where not exists (select ${mark}('c'))`],
    ["select t.mark('a'), mark, a.mark from mark"],
    [`with mark(a, b) as (select 1, 2), c as (select 3) select ${mark}('x') from mark`],
    ['select 1 from things mark(a, b), (select 2) as mark(c)'],
    ["insert into mark(a) values ('x')"],
    [`insert into t values (${mark}('x'), ${mark}('y'))`],
    ["create function «public».mark(a int) returns int language sql as 'select 1'"],
    ['comment on function mark(int) is null'],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'sql', used));

  it.each<Case>([
    [`begin perform ${mark}(new.id, 'open'); if ${mark}('a') then return ${mark}('b'); end if; end`],
    [`declare a text := ${mark}('a'); begin a := ${mark}('b'); call ${mark}('c'); end`],
    [`begin execute 'select ${mark}(''a'')'; raise notice 'mark(1) %', ${mark}('x'); end`],
    ["begin perform log('mark(a)'); end"],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'plpgsql', used));
});
