import postgres from 'postgres';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { copyLookupRows } from '../../../isolate/lookup-rows.ts';
import { type EmbeddedSupabase, startEmbedded } from '../../../target/embedded.ts';

/** Two schemas with the same tables; rows are in the first one only. */
const tables = (schema: string) => `
create schema ${schema};
set search_path = ${schema};
create table kinds (id text primary key, parent text references kinds, label text generated always as (upper(id)) stored);
create table colours (id int generated always as identity primary key, name text);
create table shades (id int primary key, colour int not null references colours);
create table countries (id int primary key);
create table settings (name text primary key, value text);
create table restaurants (id int primary key, kind text references kinds, country int references countries);
create table desks (id int primary key, restaurant int references restaurants);
create table lamps (desk int references desks, shade int references shades);
create table base (id int primary key);
create table heir () inherits (base);
create table uses_base (id int references base);
create table log (entry text);
create function note() returns trigger language plpgsql as $$ begin insert into ${schema}.log values (tg_table_name); return new; end $$;
create trigger note after insert on colours for each row execute function note();
reset search_path;`;

let target: EmbeddedSupabase;
let sql: postgres.Sql;
beforeAll(async () => {
  target = await startEmbedded();
  sql = postgres(target.databaseUrl, { max: 1, onnotice: () => {} });
  await sql.unsafe(tables('deployed') + tables('clone'));
  await sql.unsafe(`
    insert into deployed.kinds values ('b', 'a'), ('a', null);
    insert into deployed.colours (name) values ('red'), ('blue');
    delete from deployed.log;
    insert into deployed.shades values (1, 2);
    insert into deployed.countries select generate_series(1, 1001);
    insert into deployed.settings values ('lead_time', '2');
    insert into deployed.restaurants values (1, 'a');
    insert into deployed.desks values (1, 1);
    insert into deployed.base values (1);
    insert into deployed.heir values (2);`);
});
afterAll(async () => {
  await sql?.end();
  await target?.stop();
});

/** What is copied, in a transaction that is taken back. */
async function copy(extra?: string[]) {
  let result: { copied: unknown; colours: unknown; log: unknown } | undefined;
  await sql
    .begin(async (transaction) => {
      const copied = await copyLookupRows(transaction, 'deployed', 'clone', extra);
      const colours = await transaction`select * from clone.colours order by id`;
      const log = await transaction`select * from clone.log`;
      result = { copied, colours: [...colours], log: [...log] };
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
  return result;
}

it('small tables that others refer to are copied as they are, without their triggers', async () => {
  expect(await copy()).toEqual({
    // Not countries (too many rows), not what hangs on restaurants, not what nobody refers to.
    copied: [
      { table: 'base', rows: 1 },
      { table: 'colours', rows: 2 },
      { table: 'kinds', rows: 2 },
      { table: 'shades', rows: 1 },
    ],
    colours: [
      { id: 1, name: 'red' },
      { id: 2, name: 'blue' },
    ],
    log: [],
  });
});

it('a table that is named is copied too', async () => {
  const result = await copy(['settings']);
  expect(result?.copied).toContainEqual({ table: 'settings', rows: 1 });
});

it.each([
  [['nothing'], /--copy nothing: no such table in schema deployed/],
  [['countries'], /--copy countries: has more than 1000 rows/],
])('%j cannot be copied', async (extra, message) => {
  await expect(copy(extra)).rejects.toThrow(message);
});
