import { afterAll, beforeAll, expect, it } from 'vitest';
import { exposeSchema } from '../../../isolate/expose/expose.ts';
import { readMarkerFromApi } from '../../../isolate/marker-api.ts';
import { listLeftOwners, listMarkers, readMarker, writeMarker } from '../../../isolate/marker-store.ts';
import { makeClone, markerOf, patience, type SmallProject, startSmallProject } from './small-clone.ts';

let project: SmallProject;
const schema = 'table_stress';

beforeAll(async () => {
  project = await startSmallProject();
  await project.sql.unsafe(`
    create schema plain; create schema talkative; comment on schema talkative is 'Sales: see table-stress {"v":1}'`);
});
afterAll(() => project?.stop());

it('a schema that is not there is absent, and one without a marker is foreign', async () => {
  expect(await readMarker(project.sql, schema, 'local')).toEqual({ state: 'absent' });
  expect(await readMarker(project.sql, 'public', 'local')).toMatchObject({ state: 'foreign' });
  expect(await readMarker(project.sql, 'plain', 'local')).toMatchObject({ state: 'foreign' });
  expect(await readMarker(project.sql, 'talkative', 'local')).toMatchObject({ state: 'foreign' });
});

it('a marker is read back from the schema, and only for its project', async () => {
  const marker = await makeClone(project.sql, schema);
  expect(await readMarker(project.sql, schema, 'local')).toEqual({ state: 'ours', marker });
  expect(await readMarker(project.sql, schema, 'abcdefghijklmnopqrst')).toEqual({
    state: 'other-project',
    marker,
  });
  expect(await listMarkers(project.sql)).toEqual([marker]);
  expect(await listLeftOwners(project.sql)).toEqual([]);
});

it('a schema under another name, or with an edited comment, is foreign', async () => {
  await project.sql.unsafe(`alter schema ${schema} rename to production`);
  const reading = await readMarker(project.sql, 'production', 'local');
  expect(reading).toEqual({ state: 'foreign', reason: 'its marker belongs to the schema table_stress' });
  expect(await listMarkers(project.sql)).toEqual([]);
  await project.sql.unsafe(`alter schema production rename to ${schema}`);
  await project.sql.unsafe(`comment on schema ${schema} is 'our sales data'`);
  expect(await readMarker(project.sql, schema, 'local')).toMatchObject({ state: 'foreign' });
  await writeMarker(project.sql, markerOf(schema));
});

it('the API shows it too, once the schema is served', async () => {
  const { target, sql } = project;
  expect(await readMarkerFromApi(target, schema, 'local')).toEqual({ state: 'absent' });
  expect(await readMarkerFromApi(target, 'public', 'local')).toMatchObject({ state: 'foreign' });
  const { marker } = await exposeSchema(sql, target, markerOf(schema), { patience });
  expect(await readMarkerFromApi(target, schema, 'local')).toEqual({ state: 'ours', marker });
  expect((await readMarkerFromApi(target, schema, 'other')).state).toBe('other-project');
  expect(await readMarker(sql, schema, 'local')).toEqual({ state: 'ours', marker });
});

it('and does not, with a key that is wrong', async () => {
  const reading = await readMarkerFromApi({ ...project.target, secretKey: 'a.b.c' }, schema, 'local');
  expect(reading).toMatchObject({ state: 'foreign', reason: expect.stringContaining('HTTP 401') });
});
