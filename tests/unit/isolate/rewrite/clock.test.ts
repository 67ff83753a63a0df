import { beforeAll, describe, expect, it } from 'vitest';
import { rewriteSql } from '../../../../isolate/rewrite/rewrite.ts';
import { loadScanner } from '../../../../sql/tokens.ts';
import { type Case, checkMarked, renaming, withClock } from './marked.ts';

beforeAll(loadScanner);

const now = 'table_stress.now';

describe('the virtual clock', () => {
  it.each<Case>([
    [`select «now¦${now}»(), «pg_catalog.now¦${now}» ( ), «NOW¦${now}»(), «"now"¦${now}»()`],
    [`select «transaction_timestamp¦${now}»() - «statement_timestamp¦${now}»()`],
    [`select «clock_timestamp¦${now}»()`, 'note clock_timestamp()'],
    [`select timezone('utc', «now¦${now}»()), f(x, «now¦${now}»())`],
    ['select x.now(), t.now, now, now(1), "Now"(), a.pg_catalog.now()'],
    [`select «current_timestamp¦${now}()», «CURRENT_TIMESTAMP(3)¦(${now}())::timestamp(3) with time zone»`],
    [
      `select «localtimestamp¦(${now}())::timestamp without time zone» - «localtimestamp(0)¦(${now}())::timestamp(0) without time zone»`,
    ],
    [`select «current_date¦(${now}())::date» + 1, -«current_date¦(${now}())::date»::text`],
    [
      `select «current_time¦(${now}())::time with time zone», «localtime(2)¦(${now}())::time(2) without time zone»`,
    ],
    [`select extract(epoch from «current_timestamp¦${now}()»)`],
    [`select a is distinct from «current_date¦(${now}())::date»`],
    ['select 1 as current_date, t.current_date, "current_date" from t'],
    ['select * from current_date', 'leftover current_date'],
    ["select 'now'::timestamptz", "leftover 'now'"],
    ["select timestamptz 'now', date 'today'", "leftover 'now'", "leftover 'today'"],
    ["select ('now'::text)::date, cast('yesterday' as date)", "leftover 'now'", "leftover 'yesterday'"],
    ["select 'now'::text, 'today', f('today')"],
    ["insert into t values ('now')", "note 'now'"],
    ['select timeofday()', 'leftover timeofday()'],
    ['select age(x), age(x, y)', 'leftover age(x)'],
    [`do $$ begin execute 'select «now¦${now}»(), ''now()'''; end $$`],
    ["select 'now() is the time', 'current_date' -- now()"],
  ])('%s', (marked, ...findings) => checkMarked([marked, ...findings], 'sql', withClock));

  it('leaves the clock alone when it is the real one', () => {
    const text = "select now(), current_date, 'now'::date, age(x), timeofday()";
    expect(rewriteSql(text, renaming, 'sql')).toMatchObject({ text, findings: [] });
  });

  it('reports an application’s own now()', () => {
    const own = { ...withClock, cloned: new Set(['now']) };
    const { text, findings } = rewriteSql('select public.now(), now(), now', own, 'sql');
    expect(text).toBe('select table_stress.now(), now(), now');
    expect(findings.map(({ kind, text }) => [kind, text])).toEqual([
      ['leftover', 'public.now()'],
      ['leftover', 'now()'],
    ]);
  });
});
