import { beforeAll, describe, expect, it } from 'vitest';
import { loadParser } from '../../../../sql/parser.ts';
import { AbsentObjects } from '../../../../target/migrations/cause.ts';
import { definitionsOf } from '../../../../target/migrations/definitions.ts';
import { decodeSource } from '../../../../target/migrations/source.ts';
import { type Statement, splitStatements } from '../../../../target/migrations/statements.ts';

beforeAll(() => loadParser());

const split = (text: string): readonly Statement[] =>
  splitStatements(decodeSource(Buffer.from(text))).statements;

it.each<[string, string[]]>([
  ['create table a.t (id int, "B c" text)', ['relation a.t', 'column a.t.id', 'column a.t.B c']],
  ['create table t as select 1', ['relation t']],
  ['select 1 into t', ['relation t']],
  ['create materialized view a.m as select 1', ['relation a.m']],
  ['create or replace view v as select 1', ['relation v']],
  ['create sequence a.s', ['relation a.s']],
  ['create foreign table f (a int) server x', ['relation f', 'column f.a']],
  ['create type a.e as enum ()', ['type a.e']],
  ['create type c as (x int)', ['type c']],
  ['create type r as range (subtype = int4)', ['type r']],
  ['create domain a.d as int', ['type a.d']],
  ['create function a.f(int) returns int language sql return 1', ['function a.f']],
  ['create procedure p() language sql begin atomic end', ['function p']],
  ['create schema s', ['schema s']],
  ['alter table a.t add column x int, add y int, drop z', ['column a.t.x', 'column a.t.y']],
  ['alter table a.t rename to u', ['relation a.u']],
  ['alter table a.t rename x to y', ['column a.t.y']],
  ['alter function a.f() rename to g', ['function a.g']],
  ['alter type a.t rename to u', ['type a.u']],
  ['drop table t', []],
  ['select 1', []],
])('%s makes %j', (text, expected) => {
  const made = split(text).flatMap(definitionsOf);
  expect(
    made.map(({ kind, ...parts }) => {
      return `${kind} ${[parts.schema, parts.relation, parts.name].filter((part) => part !== null).join('.')}`;
    }),
  ).toEqual(expected);
});

describe('the cause of a failure', () => {
  it.each<[string, string, string | null]>([
    ['42P01', 'relation "public.orders" does not exist', 'relation orders, line 1'],
    ['42P01', 'relation "orders" does not exist', 'relation orders, line 1'],
    ['42P01', 'relation "archive.orders" does not exist', null],
    ['42P01', 'relation "order" does not exist', null],
    ['42704', 'type "public.orders" does not exist', 'relation orders, line 1'],
    ['42704', 'type "mood" does not exist', 'type mood, line 2'],
    ['42704', 'type public.mood does not exist', 'type mood, line 2'],
    ['42704', 'type "extensions.vector" does not exist', 'extension vector, line 5'],
    ['42704', 'type "geometry" does not exist', null],
    ['42883', 'function public.total(uuid, integer) does not exist', 'function total, line 3'],
    ['42883', 'function total() does not exist', 'function total, line 3'],
    ['42703', 'column "vip" of relation "customers" does not exist', 'column vip, line 4'],
    ['42703', 'column c.vip does not exist', 'column vip, line 4'],
    ['42703', 'column "vip" of relation "bookings" does not exist', null],
    ['3F000', 'schema "audit" does not exist', 'schema audit, line 6'],
    ['42P01', 'relation "cron.job" does not exist', 'extension pg_cron, line 7'],
    ['3F000', 'schema "cron" does not exist', 'extension pg_cron, line 7'],
    ['23505', 'duplicate key value violates unique constraint "orders"', null],
  ])('%s: %s: %s', (code, message, expected) => {
    const absent = new AbsentObjects();
    expect(absent.causeOf({ code, message })).toBeNull();
    absent.add(
      '1_first.sql',
      split(`create table public.orders (id int);
create type public.mood as enum ('good');
create function public.total(a uuid, b int) returns int language sql return 1;
alter table public.customers add column vip boolean;
create extension vector with schema extensions;
create schema audit;
create extension pg_cron;`),
    );
    const cause = absent.causeOf({ code, message });
    expect(cause && `${cause.object}, line ${cause.line}`).toBe(expected);
    if (cause) expect(cause.file).toBe('1_first.sql');
  });
});
