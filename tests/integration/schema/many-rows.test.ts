import { afterAll, beforeAll, expect, it } from 'vitest';
import { TargetError } from '../../../contracts/errors.ts';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import type { SchemaDescription } from '../../../contracts/schema-description.ts';
import { checkWindows } from '../../../seed/check.ts';
import { seedWorld } from '../../../seed/seed.ts';
import { countTaggedRows } from '../../../teardown/count.ts';
import { deleteTaggedRows } from '../../../teardown/delete.ts';
import { counted, type Project, planOf, startProject } from './project.ts';

/** The API gives at most 1000 rows (max-rows), as on a hosted project: nothing may stop there. */

const tag = 'abcdef01';
const { quick } = readThresholds(new URL('../../../thresholds.json', import.meta.url).pathname).profiles;
const plan = planOf(tag, {
  scenarios: ['smoke'],
  profile: { ...quick, background: { restaurants: 3, bookings_per_restaurant: 900 } },
});
let project: Project;
let description: SchemaDescription;

beforeAll(async () => {
  project = await startProject();
  description = await project.describe();
});
afterAll(() => project?.stop());

const left = async () =>
  counted(
    await countTaggedRows(
      project.sql,
      'public',
      description.tables.map((table) => table.name),
      tag,
    ),
  );

it('more rows than one answer holds are seeded, in batches', async () => {
  const progress: string[] = [];
  const { rows } = await seedWorld(project.client, description, plan, {
    progress: (line) => progress.push(line),
  });
  expect(rows.bookings).toBe(plan.world.bookings.length);
  expect(rows.bookings).toBeGreaterThan(2500);
  expect((await left()).bookings).toBe(rows.bookings);
  expect(progress).toContain(`bookings: 2500 of ${rows.bookings} rows`);
});

it('and read back', async () => {
  const { data } = await project.client.from('bookings').select('id');
  expect(data).toHaveLength(1000);
  expect(await checkWindows(project.client, plan)).toBe(plan.world.bookings.length);
});

it('a window that the application derived otherwise is found on the last page', async () => {
  const last = plan.world.bookings.toSorted((a, b) => (a.id < b.id ? -1 : 1)).at(-1);
  if (!last) throw new Error('no booking');
  const { sql } = project;
  await sql`update bookings set start_time = start_time + interval '5 minutes' where id = ${last.id}`;
  const error = (await checkWindows(project.client, plan).catch((caught: unknown) => caught)) as TargetError;
  expect(error).toBeInstanceOf(TargetError);
  expect(error.message).toContain(`booking ${last.id} on ${last.booking_date} from ${last.start_time}`);
  expect(error.message).toContain(`not ${last.start_at} to ${last.end_at}`);
  await sql`update bookings set start_time = start_time - interval '5 minutes' where id = ${last.id}`;
});

it('a booking that is missing is noticed', async () => {
  const [{ id } = { id: '' }] = plan.world.bookings;
  await project.sql`delete from bookings where id = ${id}`;
  const all = plan.world.bookings.length;
  await expect(checkWindows(project.client, plan)).rejects.toThrow(`${all - 1} of ${all} bookings`);
});

it('and deleted, every one', async () => {
  const deleted = await deleteTaggedRows(project.client, description, tag, () => {});
  expect(deleted.get('bookings')).toBe(plan.world.bookings.length - 1);
  expect(await left()).toEqual({});
});

it('a seeding that is broken off stops between two batches', async () => {
  const abort = new AbortController();
  const seeding = seedWorld(project.client, description, plan, {
    signal: abort.signal,
    progress: (line) => line.startsWith('bookings: 1000') && abort.abort(new Error('stopped')),
  });
  await expect(seeding).rejects.toThrow('stopped');
  expect((await left()).bookings).toBe(1000);
  await deleteTaggedRows(project.client, description, tag, () => {});
  expect(await left()).toEqual({});
});
