import { beforeAll, describe, expect, it } from 'vitest';
import { rewriteSql } from '../../../../isolate/rewrite/rewrite.ts';
import { loadScanner } from '../../../../sql/tokens.ts';
import { type Case, checkMarked, renaming } from './marked.ts';

beforeAll(loadScanner);

describe('qualified names in SQL', () => {
  it.each<Case>([
    [''],
    ['  \r\n '],
    ['-- only public.bookings'],
    ['select * from «public».bookings'],
    ['select * from «PUBLIC» . bookings'],
    ['select * from «"public"».bookings'],
    ['select * from "Public".bookings, publications.x, not_public.y, public_2.z'],
    ['select * from «U&"\\0070ublic"».bookings'],
    [`select * from «U&"!0070ublic" uescape '!'».bookings`],
    ['select * from «public»."Ünits", «public»."my""t" where ä = «public».f(😀)'],
    ['select «public».f(x)::«public».kind, null::«public».kind[] from «public».bookings b'],
    ['select «public» /* public.x */ . bookings.id -- public.bookings\r\nfrom «public».bookings'],
    ['select x::public.citext, public.gen_random_bytes(3) from «public».no_longer_there'],
    ['select (t.public).bookings, t.public from t'],
    ['select (f()).public.bookings from t'],
    ['select t.public.bookings', 'leftover t.public.bookings'],
    ['select t.public.other'],
    ['select public.id from visits public where public.id = 1'],
    ['select public.id from visits as public where public.bookings = 1'],
    [
      'select public.bookings, «public».bookings.id, «public».f(public.kind) from «public».bookings as public',
    ],
    ['select 1 from a as public, «public».bookings b where x = public.bookings and y::«public».kind = 1'],
    ['select 1 from a as public join b on x = y, public.bookings', 'leftover public.bookings'],
    // A table called like the schema, and the joins of a view as the catalog writes them.
    ['select public.id from «public».public join «public».bookings b on b.id = public.id'],
    ['select public.x from («public».public public left join «public».bookings b on ((b.x = public.x)))'],
    [
      'select public.x from ((«public».public public join «public».a on true) join («public».b join c on true) on true)',
    ],
    ['select 1 from «public».bookings public, («public».tables t join b on (public.x = t.y))'],
    [
      'select 1 from b join bookings public on true, («public».tables cross join («public».x natural join y))',
    ],
    ['select extract(day from (public.x)), extract(day from public.x) from «public».bookings public'],
    ['select trim(both from public.x), substring(public.x from public.y for 2) from bookings public'],
    [
      'select 1 from bookings public where public.x is distinct from public.y and z is not distinct from (public.y)',
    ],
    ['select extract(day from «public».f(public.x)), (select 1 from «public».tables) from bookings public'],
    ['select (public.x), f((public.x)) from «public».bookings public'],
    ['create policy public on «public».bookings using (public.kind); grant select on «public».bookings to x'],
    ['comment on column «public».public.bookings is null'],
    ['create operator «public».@@@ (function = «public».f); drop operator public.<=> (a, b)'],
    ['select public.* from «public».bookings public, «public».f(public.id)'],
    ['with public as (select 1 as a) select public.a from public'],
    ['select 1 as public, public from t order by public'],
    ['grant select on «public».bookings to public; revoke all on function «public».f() from public'],
    ['create policy p on «public».bookings for select to public using («public».f(id))'],
    ['grant all on all tables in schema «public» to anon'],
    ['comment on schema «public» is $$public.bookings$$'],
    ['alter table «public».bookings set schema «public»'],
    ['create extension citext with schema public'],
    ['select a OPERATOR(public.<=>) b, a OPERATOR(«public».@@@) b, a operator(pg_catalog.=) b'],
    ['select a OPERATOR(public.###) b', 'leftover public.###'],
    ['select «auth.uid¦table_stress.auth_uid»(), auth.role(), x.auth.uid(), auth.uid from auth'],
    ['create trigger t before insert on «public».bookings execute function «public».f()'],
    ['select x from «public».bookings order by x collate «public».german'],
    ["insert into «public».bookings as b values ('public.x y') on conflict do nothing"],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'sql'));
});

describe('qualified names in PL/pgSQL', () => {
  it.each<Case>([
    ['declare v «public».bookings%rowtype; w «public».bookings.id%type; begin v := «public».f(1..2); end'],
    ['declare public record; begin public.x := 1; public.bookings := 2; end'],
    ['declare public «public».kind; p «public».bookings; begin return public.bookings; end'],
    [
      'declare public record; begin select 1 into public.bookings; insert into «public».bookings values (1); end',
    ],
    ['begin for public in select * from «public».bookings loop public.x := 1; end loop; end'],
    ['<<public>> declare x int; begin public.x := «public».f(); end'],
    ['begin perform «auth.uid¦table_stress.auth_uid»(); end'],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'plpgsql'));
});

it('quotes the isolated name where it must be quoted', () => {
  const text = "select public.f('public.f'::regproc), 'x' where nspname = 'public'";
  const rewrite = (to: string) => rewriteSql(text, { ...renaming, to }, 'sql').text;
  expect(rewrite('Mixed')).toBe(`select "Mixed".f('"Mixed".f'::regproc), 'x' where nspname = 'Mixed'`);
  expect(rewrite('user')).toBe(`select "user".f('"user".f'::regproc), 'x' where nspname = 'user'`);
  expect(rewrite(`o'h"`)).toBe(`select "o'h""".f('"o''h""".f'::regproc), 'x' where nspname = 'o''h"'`);
});

it.each(['My Schema', 'data', 'pub"lic', "it's"])('a deployed schema called %s', (from) => {
  const quoted = `"${from.replaceAll('"', '""')}"`;
  const inString = quoted.replaceAll("'", "''");
  const rewritten = rewriteSql(`select ${quoted}.f('${inString}.f'::regproc)`, { ...renaming, from }, 'sql');
  expect(rewritten.text).toBe(`select table_stress.f('table_stress.f'::regproc)`);
});

it('a name that an extension and the application share is reported', () => {
  const both = { ...renaming, cloned: new Set(['citext']) };
  const { text, findings } = rewriteSql('select 1;\r\nselect public.citext(1)', both, 'sql');
  expect(text).toBe('select 1;\r\nselect public.citext(1)');
  expect(findings).toMatchObject([{ kind: 'leftover', line: 2, text: 'public.citext' }]);
});

it('what cannot be scanned stays and is reported', () => {
  const { text, findings } = rewriteSql("select 'public.x", renaming, 'sql');
  expect(text).toBe("select 'public.x");
  expect(findings).toMatchObject([{ kind: 'leftover', line: 1 }]);
});

it('a very long text costs no more than its length', () => {
  const text = "select public.f('public.f'::regproc, 'ä') from public.bookings; -- public\n".repeat(4000);
  const { edits, text: after } = rewriteSql(text, renaming, 'plpgsql');
  expect(edits).toHaveLength(12_000);
  expect(edits.at(-1)?.line).toBe(4000);
  expect(after).toHaveLength(text.length + 12_000 * 6);
});
