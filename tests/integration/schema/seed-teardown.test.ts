import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SchemaDescription } from '../../../contracts/schema-description.ts';
import { writeFinalState } from '../../../observe/final-state.ts';
import { idOf } from '../../../plan/identity.ts';
import { worldTables } from '../../../plan/world.ts';
import { checkWindows } from '../../../seed/check.ts';
import { seedWorld } from '../../../seed/seed.ts';
import { countTaggedRows, findTags } from '../../../teardown/count.ts';
import { deleteTaggedRows } from '../../../teardown/delete.ts';
import { sweepTaggedRows } from '../../../teardown/sweep.ts';
import { tearDown } from '../../../teardown/teardown.ts';
import { fingerprintUntaggedRows } from '../../../teardown/untagged-rows.ts';
import { counted, type Project, planOf, startProject } from './project.ts';

const [mine, theirs] = ['abcdef01', 'fedcba98'];
const [plan, otherPlan] = [planOf(mine), planOf(theirs, { seed: 2 })];
let project: Project;
let description: SchemaDescription;
let tables: string[];

const left = async (tag: string) => counted(await countTaggedRows(project.sql, 'public', tables, tag));
const untagged = () => fingerprintUntaggedRows(project.sql, 'public', tables);
const seed = (of = plan) => seedWorld(project.client, description, of);
const tearDownMine = async () =>
  tearDown({ ...project, description, tag: mine, untaggedBefore: await untagged() });
/** Every row of every table, as text. */
const allRows = async (): Promise<string[]> => {
  const rows: string[] = [];
  for (const table of tables) {
    const found = await project.sql<{ row: string }[]>`
      select (t.*)::text as row from ${project.sql(table)} t order by 1`;
    rows.push(...found.map(({ row }) => `${table} ${row}`));
  }
  return rows;
};

beforeAll(async () => {
  project = await startProject();
  await project.migrate(`
    create table public.outbox (id bigint generated always as identity primary key, payload jsonb, ids uuid[]);
    create table public.notes (body text not null);
    create table public.t (id int primary key, t text);
    insert into public.restaurants (name, slug, timezone) values
      ('Real', 'events-20260101', 'UTC'), ('Real too', 'tickets-deadbeef', 'Asia/Kathmandu');
    insert into public.outbox (payload) values ('{"id": "${randomUUID()}"}');
    insert into public.notes values ('ts-20260101'), ('${mine.slice(1)}'), ('plain');`);
  description = await project.describe();
  tables = description.tables.map((table) => table.name);
});
afterAll(() => project?.stop());

describe('a plan that was seeded', () => {
  it('is in the database as it was planned, with the windows that the application derived', async () => {
    const { rows, notes } = await seed();
    expect(rows).toEqual(Object.fromEntries(worldTables.map((name) => [name, plan.world[name].length])));
    expect(notes).toEqual([]);
    expect(await checkWindows(project.client, plan)).toBe(plan.world.bookings.length);
    expect(await left(mine)).toMatchObject(rows);
  });

  it('is written to the final state whole', async () => {
    const file = path.join(tmpdir(), `final-state-${randomUUID()}.ndjson`);
    const rows = await writeFinalState(project.sql, 'public', tables, mine, file);
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    const counts = await left(mine);
    expect(rows).toBe(lines.length - 1);
    expect(rows).toBe(Object.values(counts).reduce((sum, count) => sum + count, 0));
    const bookings = lines.map((line) => JSON.parse(line)).filter(({ table }) => table === 'bookings');
    expect(new Set(bookings.map(({ row }) => row.id))).toEqual(
      new Set(plan.world.bookings.map(({ id }) => id)),
    );
  });

  it('cannot be written where there is no folder, and the error says so', async () => {
    const file = path.join(tmpdir(), randomUUID(), 'final-state.ndjson');
    await expect(writeFinalState(project.sql, 'public', tables, mine, file)).rejects.toThrow(/ENOENT/);
  });

  it('is deleted through the API, save for rows that carry the tag inside JSON only', async () => {
    const deleted = await deleteTaggedRows(project.client, description, mine, () => {});
    for (const name of worldTables)
      expect([name, deleted.get(name)]).toEqual([name, plan.world[name].length]);
    expect(await left(mine)).toEqual({});
  });
});

it('teardown takes rows of tables without foreign keys that carry the tag anywhere', async () => {
  const before = await allRows();
  const { sql } = project;
  await seed();
  const booking = idOf(mine, 1, 'smoke', 'booking', 0);
  await sql`insert into outbox (payload, ids) values
    (${sql.json({ booking_id: booking })}, null), (${sql.json({ key: `ts-${mine}-smoke` })}, null), (null, ${[booking]})`;
  await sql`insert into notes values (${`booking ${booking} was moved`}), (${booking}), (${`ts-${mine}-smoke-1`})`;
  // The table's own name for the row is also the name of its column.
  await sql`insert into t values (1, ${booking})`;
  expect(await left(mine)).toMatchObject({ outbox: 3, notes: 3, t: 1 });
  // What the API can reach by a column goes that way, the rest over the database connection.
  await deleteTaggedRows(project.client, description, mine, () => {});
  expect(await left(mine)).toEqual({ outbox: 3, notes: 1 });
  expect(Object.fromEntries(await sweepTaggedRows(sql, description, mine))).toEqual({ outbox: 3, notes: 1 });
  expect(await left(mine)).toEqual({});
  expect(await allRows()).toEqual(before);
});

it('teardown takes what the application wrote about the rows: its triggers tell an audit table without keys', async () => {
  const before = await allRows();
  await seed();
  const { sql, client } = project;
  const [step] = plan.scenarios.smoke?.sequences[0] ?? [];
  if (step?.f !== 'assign') throw new Error('the first step is no assign');
  const { booking_id, table_ids } = step.input;
  const assigned = await client.rpc('assign_tables_atomic_v2', {
    p_booking_id: booking_id,
    p_table_ids: table_ids,
  });
  expect(assigned.error).toBeNull();
  await client.rpc('unassign_tables_atomic', { p_booking_id: booking_id });
  await deleteTaggedRows(client, description, mine, () => {});
  // The ids of allocations are the database's own: only the copy of the row inside JSON carries the tag.
  expect(Object.keys(await left(mine))).toEqual(['audit_log']);
  expect([...(await sweepTaggedRows(sql, description, mine)).keys()]).toEqual(['audit_log']);
  // Slots belong to a restaurant of the run, and go with it.
  expect(await allRows()).toEqual(before);
});

it('teardown is harmless when there is nothing, and when it is repeated', async () => {
  const before = await allRows();
  await seed();
  const first = await tearDownMine();
  expect(first.problems).toEqual([]);
  expect(first.deleted.reduce((sum, { rows }) => sum + rows, 0)).toBeGreaterThan(plan.world.bookings.length);
  for (const again of [await tearDownMine(), await tearDownMine()]) {
    expect(again.deleted).toEqual([]);
    expect(counted(again.left ?? [])).toEqual({});
    expect(again.left).toHaveLength(tables.length);
    expect(again.untagged_after).toEqual(again.untagged_before);
    expect(again.problems).toEqual([]);
  }
  expect(await allRows()).toEqual(before);
});

it('untagged rows that change show in their fingerprint, whatever order they are stored in', async () => {
  const { sql } = project;
  const before = await untagged();
  await sql`update notes set body = 'plain.' where body = 'plain'`;
  const changed = (await untagged()).filter(({ hash }, index) => hash !== before[index]?.hash);
  expect(changed.map(({ table, rows }) => [table, rows])).toEqual([['notes', 3]]);
  await sql`delete from notes where body = 'plain.'`;
  expect((await untagged()).find(({ table }) => table === 'notes')?.rows).toBe(2);
  await sql`insert into notes values ('plain')`;
  expect(await untagged()).toEqual(before);
});

it('two runs at once: each tag is found, and teardown of one leaves the other as it is', async () => {
  const before = await allRows();
  await seed(otherPlan);
  const others = await allRows();
  await seed();
  expect(await findTags(project.sql, 'public', tables)).toEqual([mine, theirs]);
  const fingerprint = await untagged();
  await tearDownMine();
  expect(await findTags(project.sql, 'public', tables)).toEqual([theirs]);
  expect(await allRows()).toEqual(others);
  await tearDown({ ...project, description, tag: theirs, untaggedBefore: null });
  expect(await findTags(project.sql, 'public', tables)).toEqual([]);
  expect(await untagged()).toEqual(fingerprint);
  expect(await allRows()).toEqual(before);
});

it('teardown that the API refuses says so, and still clears by the database connection', async () => {
  await seed();
  const client = project.client.schema('nowhere') as unknown as Project['client'];
  const result = await tearDown({ ...project, client, description, tag: mine, untaggedBefore: null });
  expect(result.problems).toEqual([expect.stringMatching(/cannot be deleted \(HTTP 406, PGRST106/)]);
  expect(counted(result.left ?? [])).toEqual({});
});

it('teardown without a database connection proves nothing, and says so', async () => {
  await seed();
  const result = await tearDown({ ...project, sql: null, description, tag: mine, untaggedBefore: null });
  expect(result).toMatchObject({ left: null, untagged_after: null, problems: [] });
  expect(await left(mine)).toEqual({});
});
