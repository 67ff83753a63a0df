import { afterAll, beforeAll, expect, it } from 'vitest';
import { TargetError, UsageError } from '../../../contracts/errors.ts';
import { seedWorld } from '../../../seed/seed.ts';
import { countTaggedRows } from '../../../teardown/count.ts';
import { tearDown } from '../../../teardown/teardown.ts';
import { counted, type Project, planOf, startProject } from './project.ts';

/** Columns that a deployment requires and the plan does not know. */

const tag = 'abcdef01';
const plan = planOf(tag);
let project: Project;

const seed = async () => seedWorld(project.client, await project.describe(), plan);
const tearDownAll = async () =>
  tearDown({ ...project, description: await project.describe(), tag, untaggedBefore: null });

beforeAll(async () => {
  project = await startProject();
  await project.migrate(`
    create type public.mood as enum ('calm', 'loud');
    create table public.regions (code text primary key);
    insert into public.regions values ('north');
    alter table public.restaurants
      add motto text not null, add region text not null references public.regions, add owner uuid not null unique;
    alter table public.zones add feeling public.mood not null, add floor smallint not null;
    alter table public.table_inventory
      add code varchar(8) not null unique, add since date not null, add checked time not null,
      add price numeric(8, 2) not null, add round boolean not null, add tags text[] not null, add extra jsonb not null;
    alter table public.bookings
      add channel text not null default 'web', add note text, add numbered bigint generated always as identity,
      add guests int not null generated always as (party_size) stored, add sent timestamptz not null,
      add length interval not null;
    alter table public.customers drop column phone cascade`);
});
afterAll(() => project?.stop());

it('are filled, columns that are lacking are left out, and the notes say so', async () => {
  const { notes } = await seed();
  expect(notes.sort()).toEqual([
    'bookings: filled sent (timestamp with time zone), length (interval)',
    'customers: without phone',
    'restaurants: filled motto (text), region (text), owner (uuid)',
    expect.stringMatching(/^table_inventory: filled code \(character varying\(8\)\), .* extra \(jsonb\)$/),
    'zones: filled feeling (mood), floor (smallint)',
  ]);
  const [restaurant] = await project.sql`select region, motto from restaurants limit 1`;
  expect(restaurant).toEqual({ region: 'north', motto: expect.stringMatching(/^ts-abcdef01-motto-\d+$/) });
  const [zone] = await project.sql`select feeling, floor from zones limit 1`;
  expect(zone).toEqual({ feeling: 'calm', floor: 1 });
});

it('are gone with their rows, and lookup rows stay', async () => {
  const result = await tearDownAll();
  expect(result.problems).toEqual([]);
  expect(counted(result.left ?? [])).toEqual({});
  expect([...(await project.sql`select code from regions`)]).toEqual([{ code: 'north' }]);
});

it('are filled by what the API alone shows, too', async () => {
  const description = await project.describeByApi();
  // The API does not tell which columns the database generates.
  const fitting = description.tables.map((table) => ({
    ...table,
    columns: table.columns.filter(({ name }) => name !== 'numbered' && name !== 'guests'),
  }));
  const { rows } = await seedWorld(project.client, { ...description, tables: fitting }, plan);
  expect(rows.bookings).toBe(plan.world.bookings.length);
  await tearDownAll();
});

it.each([
  ['zones', 'place point', 'zones.place (point)', 'give zones.place a default, or allow null'],
  [
    'bookings',
    'menu text references menus',
    'bookings.menu (text)',
    'put a row into menus, or give menu a default',
  ],
])('that nothing can fill stop the seeding of %s: %s', async (table, column, problem, fix) => {
  await project.migrate(`
    create table if not exists public.menus (code text primary key);
    alter table public.${table} add ${column} not null`);
  const error = (await seed().catch((caught: unknown) => caught)) as UsageError;
  expect(error).toBeInstanceOf(UsageError);
  expect(error.message).toBe(`seed: the database requires ${problem}, and no value for it can be derived`);
  expect(error.fixes).toEqual([fix]);
  await project.migrate(`alter table public.${table} drop column ${column.split(' ')[0]}`);
  await tearDownAll();
});

it('rows that the application refuses stop the seeding, with its own words', async () => {
  await project.migrate('alter table public.zones add constraint no_zones check (floor > 1)');
  const error = (await seed().catch((caught: unknown) => caught)) as TargetError;
  expect(error).toBeInstanceOf(TargetError);
  expect(error.message).toMatch(/^seed: zones refuses rows \(HTTP 400, 23514: .*"no_zones"/);
  await tearDownAll();
  const tables = (await project.describe()).tables.map((table) => table.name);
  expect(counted(await countTaggedRows(project.sql, 'public', tables, tag))).toEqual({});
});
