import { beforeAll, describe, expect, it } from 'vitest';
import { rewriteSql } from '../../../../isolate/rewrite/rewrite.ts';
import { loadScanner } from '../../../../sql/tokens.ts';
import { type Case, checkMarked, renaming } from './marked.ts';

beforeAll(loadScanner);

describe('strings that hold SQL', () => {
  it.each<Case>([
    ["begin execute 'select * from «public».bookings'; end"],
    ["begin execute 'select 1 from ' || ' «public».' || quote_ident(t) || ' -- public.x'; end"],
    ["begin execute format('select * from «public».%I where a = %L', t, 'public.x y'); end"],
    ["begin execute format('select «public».%1$I, «public».%2$s', a, b) into x using y; end"],
    ["begin execute 'select ''«public».f''::regproc, ''see public.f in the manual'''; end"],
    ["begin execute E'select \\'x\\' from «\\\"public\\\"».bookings\\n'; end"],
    ["begin execute E'select 1 from «p\\x75blic».bookings'; end"],
    ["begin execute U&'select 1 from «p\\0075blic».bookings'; end"],
    ["begin execute E'\\xc3\\xa4 public.bookings'; end", "leftover E'\\xc3\\xa4 public.bookings'"],
    ["begin execute 'select '\n'1 from «public».bookings'; end"],
    ["begin execute 'select 1 from pub'\n'lic.bookings'; end", 'leftover public'],
    ["begin execute 'select ' -- public.x\n '1 from «public».bookings'; end"],
    ['begin execute $a$ do $b$ begin perform «public».f($c$«public».f$c$::regproc); end $b$ $a$; end'],
    ["begin execute 'create function «public».g() returns int language sql as ''select «public».f()'''; end"],
    [
      "begin execute 'create function g() returns int language plv8 as ''return 1 /* public.x */'''; end",
      "leftover 'return 1 /* public.x */'",
    ],
    ["begin for r in execute 'select 1 from «public».bookings' loop null; end loop; end"],
    ["begin return query execute 'table «public».bookings'; end"],
    ["begin open c for execute 'table «public».bookings'; end"],
    ["begin execute case when x then ' «public».f ' else 'odd «public».bookings' end; end"],
    ["declare q text := 'from «public».bookings x'; begin q := 'weird ' || q; execute q; end"],
    ["declare t text := '«public».bookings'; begin raise notice '%', t; end"],
    ["begin q := 'select 1'; q := q || ' from «public».bookings '; return q; end"],
    ["begin return 'select 1' || x || ' from «public».bookings'; end"],
    ["begin perform run('delete from «public».bookings where id = 1'); end"],
    ["begin perform run(x, y || ' from public.bookings '); end", "leftover ' from public.bookings '"],
    ["begin insert into log values ('Delete from public.bookings went wrong, see the log'); end"],
    [`begin execute 'select * from "' || x || '" join «"public"»."' || y || '" z'; end`],
    [
      "begin execute 'select 1 where a = ''' || x || ''' and «public».f() = ''' || y || ''' and «public».f()'; end",
    ],
    ["begin execute 'select ''«public».' || t || '''::regclass'; end"],
    ["begin execute 'select ''x' || t || ' public.bookings '' from «public».bookings'; end"],
    ["begin v := 'public.bookings or so'; execute 'select ''' || v || ''', ' || quote_literal(v); end"],
    ["begin v := ' odd «public».bookings '; execute 'select ' || v; end"],
    ["begin execute 'select «auth.uid¦table_stress.auth_uid»()'; end"],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'plpgsql'));

  it.each<Case>([
    ["select query_to_xml('select 1 from «public».bookings', true, false, '')"],
    ["select cron.schedule('x', '* * * * *', $$select «public».f()$$)"],
    ['do $$ begin perform «public».f(); end $$'],
    ["do language plpgsql $$ begin execute 'select «public».f()'; end $$"],
    [
      "create function «public».f() returns text language sql as $$ select 'public.bookings is a table', «public».f() $$",
    ],
    [
      "select '«public».bookings'::regclass, ('«public».kind'::text)::pg_catalog.regtype, regclass '«public».x'",
    ],
    ["select cast('«public».x' as regclass), '{«public».a,«public».b}'::regclass[], 'public'::regclass"],
    [
      "select to_regclass('«public».x'), to_regprocedure('«public».f(uuid, «public».kind)'), to_regclass('public.citext')",
    ],
    [
      "select nextval('«public».seq'::regclass), setval('«public».x', 1), pg_get_serial_sequence('«public».t', 'id')",
    ],
    ["select has_table_privilege('x', '«public».t', 'select'), pg_catalog.to_regclass('«\"public\"».x')"],
    ["select '«public».bookings', '«public».f(uuid)', 'public.title', 'public.', 'public.bookings for all'"],
    ["select string_to_array('«public».bookings,«public».tables', ',')"],
    ["select a from b where c::text like '«public».%' and d ~ '^public\\.'", "leftover '^public\\.'"],
    ["select to_tsvector('«public».menu', x), to_tsvector('public.menu x')"],
    ["comment on table «public».bookings is 'public.bookings'"],
    ['select \'{"t": "public.bookings"}\'::jsonb'],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'sql'));
});

describe('text for people', () => {
  it.each<Case>([
    ["begin raise exception 'see public.bookings' using hint = 'select * from public.bookings'; end"],
    ["begin raise notice '% %', '«public».f'::regproc, format('public.%I', 'public'); end"],
    ["begin v_message := 'see public.bookings for more'; return v_message; end"],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'plpgsql'));
});

it.each<[boolean, 'sql' | 'plpgsql', string]>([
  [true, 'plpgsql', "begin execute 'select 1'; end"],
  [true, 'plpgsql', 'begin for r in execute q loop end loop; end'],
  [true, 'plpgsql', 'begin open c for execute q; end'],
  [true, 'plpgsql', 'begin if x then execute q using 1; end if; end'],
  [true, 'sql', "select query_to_xml('select 1', true, true, '')"],
  [true, 'sql', "select * from dblink('x', 'y') as t(a int)"],
  [true, 'sql', "select cron.schedule('x', 'y', 'z')"],
  [true, 'sql', 'create function f() returns void language plpgsql as $$ begin execute x; end $$'],
  [false, 'sql', 'create trigger t before insert on x execute function f()'],
  [false, 'sql', 'grant execute on function f() to anon'],
  [false, 'plpgsql', 'begin grant execute on function f() to anon; end'],
  [false, 'plpgsql', "begin raise notice 'execute'; t.execute := 1; end"],
  [false, 'sql', 'select 1 -- execute'],
])('dynamic is %s for %s: %s', (dynamic, language, text) => {
  expect(rewriteSql(text, renaming, language).dynamic).toBe(dynamic);
});

it('a long chain of pieces is followed through its quotes', () => {
  const text = `begin execute 'select 1'${" || ' and public.f() = ''' || y || ''''".repeat(300)}; end`;
  expect(rewriteSql(text, renaming, 'plpgsql').edits).toHaveLength(300);
});

it('control characters are no obstacle', () => {
  const text = "select '\u0001\t\b', public.f('\u007f')";
  expect(rewriteSql(text, renaming, 'sql').text).toBe("select '\u0001\t\b', table_stress.f('\u007f')");
});
