import { beforeAll, describe, it } from 'vitest';
import { loadScanner } from '../../../../sql/tokens.ts';
import { type Case, checkMarked } from './marked.ts';

beforeAll(loadScanner);

describe('the schema’s name alone, in SQL', () => {
  it.each<Case>([
    ["select 1 from t where table_schema = '«public»' and '«public»' = n.nspname and visibility = 'public'"],
    ["select 1 from t where schemaname in ('«public»', 'auth') and v not in ('public', 'private')"],
    ["select 1 where (n.nspname = '«public»'::name) and ((c.table_schema)::text <> '«public»'::text)"],
    ["select 1 where nspname = any (array['«public»'::name, 'x'::name]) and k = any (array['public'::text])"],
    ["select 1 where nspname <> all (array['«public»'::name]) or nspname = any ('{«public»,auth}'::name[])"],
    ["select 1 where n.nspname is not distinct from '«public»' or kind is distinct from 'public'"],
    ["select 1 where (schemaname, tablename) = ('«public»', 'public')"],
    ["select 1 where lower(table_schema) = '«public»' and current_schema() = '«public»'"],
    ["select '«public»'::regnamespace, to_regnamespace('«public»'), quote_ident('«public»')"],
    ["select has_schema_privilege('x', '«public»', 'usage')"],
    [
      "select format('%I.%I', '«public»', t), format('%s.%s', '«public»', 'public'), format('%2$I %1$s', '1', '«public»')",
    ],
    ["select format('table_schema = %L and a = %L', '«public»', 'public')"],
    ["select '«public»' || '.' || t, 'public' || ' house'"],
    ["select '«public»' as table_schema, 'public' as visibility, '«public»'::text schema_name"],
    ["insert into t (schema_name, kind) values ('«public»', 'public')"],
    ["select f2(p_schema => '«public»', p_kind => 'public', schema_x := '«public»')"],
    ["select coalesce(p_schema, '«public»'), coalesce(kind, 'public') = 'x', coalesce(v, 'public')"],
    ["'public'::text"],
    ["'public'::visibility"],
    ["case when kind = 'a' then 'public' else 'private' end"],
    ["select public2.f('public'::visibility), jsonb_build_object('scope', 'public'), lower('public')"],
    ['select \'{"visibility":"public"}\'::jsonb, \'{public,private}\'::text[]'],
    ["select app.do('public')", "leftover 'public'"],
    ["select f('public')", "leftover 'public'"],
    ["select app.do('«public»', 'bookings'), f('«public»'::text, 'tables'::text)"],
    [
      "create trigger t after insert on «public».bookings execute function «public».f('«public»', 'bookings')",
    ],
    ["select f('public', 'elsewhere')", "leftover 'public'"],
    ["select jsonb_build_object('public', 'bookings'), array['public', 'bookings']"],
    ["update t set schema_name = '«public»', visibility = 'public'"],
    [
      "create function «public».g(p_schema text default '«public»', p_kind text default 'public') returns int language sql as $$select 1$$",
    ],
    ['alter table x set schema «public»'],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'sql'));
});

describe('the schema’s name alone, in PL/pgSQL', () => {
  it.each<Case>([
    ["begin if TG_TABLE_SCHEMA = '«public»' then return new; end if; end"],
    ["declare v_schema constant text := '«public»'; v_kind text default 'public'; begin end"],
    ["begin v_schema = '«public»'; v_visibility = 'public'; end"],
    ["declare s text := '«public»'; begin execute format('select 1 from %I.%I', s, t); end"],
    ["declare s text := '«public»'; begin execute 'select 1 from ' || quote_ident(s) || '.t'; end"],
    ["declare s text := '«public»'; begin perform 1 from pg_tables where schemaname = s; end"],
    ["declare s text := 'public'; begin execute q || s; end", "leftover 'public'"],
    ["declare s text := 'public'; begin insert into t values (s); end"],
    ["begin execute 'select 1 from ' || 'public' || x; end", "leftover 'public'"],
    ["begin execute 'select 1 from t where table_schema = $1' using 'public'; end", "leftover 'public'"],
    ["begin execute 'select 1 from t where kind = $1' using 'public'; end"],
    ["declare v text := '«public»' || '.' || 'x'; begin end"],
    ["begin raise notice '%', 'public'; end"],
    ["begin foreach v_schema in array array['«public»', 'x'] loop null; end loop; end"],
    ["begin select '«public»' into v_schema; end"],
    ["begin if new.visibility = 'public' then new.label := 'public'; end if; end"],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'plpgsql'));
});
