import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exposeSchema } from '../../../isolate/expose/expose.ts';
import { readExposedSchemas } from '../../../isolate/expose/exposed-schemas.ts';
import { get } from '../../../isolate/expose/rest.ts';
import { restoreExposure } from '../../../isolate/expose/restore.ts';
import { functionUnderTest, isServed } from '../../../isolate/expose/served.ts';
import type { Marker } from '../../../isolate/marker.ts';
import {
  configure,
  currentMarker,
  makeClone,
  otherSession,
  patience,
  type SmallProject,
  settings,
  startSmallProject,
} from './small-clone.ts';

const schema = 'table_stress';
const second = 'table_stress_b';
let project: SmallProject;
let made: Marker;
beforeAll(async () => {
  project = await startSmallProject();
  await project.sql.unsafe('create schema api; create schema "Mixed Case"');
  made = await makeClone(project.sql, schema);
  await makeClone(project.sql, second);
});
afterAll(() => project?.stop());
const resetAll = `alter role authenticator reset pgrst.db_schemas;
  alter role authenticator in database postgres reset pgrst.db_schemas`;
afterEach(async () => {
  await configure(project, resetAll, ['public']);
  await restoreExposure(project.sql, null, await marker(schema));
  await restoreExposure(project.sql, null, await marker(second));
});

const expose = (more = {}, of = made) => exposeSchema(project.sql, project.target, of, { patience, ...more });
const restore = async (name = schema, sql = project.sql) =>
  restoreExposure(sql, project.target, await marker(name), { patience });
const served = () => readExposedSchemas(project.target);
const marker = (name: string) => currentMarker(project.sql, name);

describe('exposing adds the schema, restoring puts back exactly what was there:', () => {
  it.each([
    ['no setting', '', ['public'], [], ['all: public, table_stress']],
    [
      'a setting for all databases',
      "alter role authenticator set pgrst.db_schemas = 'public,api'",
      ['public', 'api'],
      ['all: public,api'],
      ['all: public,api, table_stress'],
    ],
    [
      'a setting for this database, which rules',
      `alter role authenticator set pgrst.db_schemas = 'public';
       alter role authenticator in database postgres set pgrst.db_schemas = 'api , public'`,
      ['api', 'public'],
      ['all: public', 'here: api , public'],
      ['all: public', 'here: api , public, table_stress'],
    ],
    [
      'names that are quoted or odd',
      `alter role authenticator set pgrst.db_schemas = 'public, "a,b" ,it''s'`,
      ['public', '"a', 'b"', "it's"],
      [`all: public, "a,b" ,it's`],
      [`all: public, "a,b" ,it's, table_stress`],
    ],
  ])('%s', async (_, statements, names, before, after) => {
    if (statements) await configure(project, statements, names);
    const result = await expose();
    expect(result).toMatchObject({ changed: true, schemas: [...names, schema] });
    expect(await settings(project.sql)).toEqual(after);
    expect(await marker(schema)).toEqual(result.marker);
    expect(await isServed(project.target, schema, functionUnderTest)).toMatchObject({ served: true });
    expect((await get(project.target, '/tables', schema)).status).toBe(200);
    expect(await expose()).toMatchObject({ changed: false });

    expect(await restore()).toEqual({ state: 'restored', served: false, notes: [], problems: [] });
    expect(await settings(project.sql)).toEqual(before);
    expect(await served()).toEqual(names);
    expect((await marker(schema)).exposure).toBeUndefined();
    expect(await restore()).toMatchObject({ state: 'nothing', served: false, problems: [] });
  });
});

it('other settings of the role stay', async () => {
  const others = () => project.sql`
    select entry from pg_db_role_setting, unnest(setconfig) entry
     where setrole = 'authenticator'::regrole and entry not like 'pgrst%' order by 1`;
  const before = [...(await others())];
  await expose();
  await restore();
  expect([...(await others())]).toEqual(before);
});

it("the API's roles are let in as they are into the deployed schema, and nobody else", async () => {
  await project.superuser.unsafe('revoke usage on schema public from anon, public');
  onTestFinished(
    async () => void (await project.superuser.unsafe('grant usage on schema public to anon, public')),
  );
  const other = await makeClone(project.sql, 'table_stress_c');
  await expose({}, other);
  const rows = await project.sql<{ name: string }[]>`
    select rolname as name from pg_roles, pg_namespace, aclexplode(nspacl) a
     where nspname = 'table_stress_c' and a.grantee = pg_roles.oid and rolname <> 'table_stress_c_owner' order by 1`;
  expect(rows.map(({ name }) => name)).toEqual(['authenticated', 'service_role']);
});

it('a schema that the dashboard exposes already is left to it', async () => {
  await configure(project, `alter role authenticator set pgrst.db_schemas = 'public, ${schema}'`, [
    'public',
    schema,
  ]);
  expect(await expose()).toMatchObject({ changed: false });
  expect((await marker(schema)).exposure).toBeUndefined();
});

it('changed meanwhile, only our entry is taken out, and that is said', async () => {
  await expose();
  await configure(project, `alter role authenticator set pgrst.db_schemas = 'api, ${schema},public'`, [
    'api',
    schema,
    'public',
  ]);
  const result = await restore();
  expect(result).toMatchObject({ state: 'trimmed', served: false, problems: [] });
  expect(result.notes.join()).toMatch(/only table_stress was taken out of "api, table_stress,public"/);
  expect(await settings(project.sql)).toEqual(['all: api,public']);
});

it('removed meanwhile, it stays as it is', async () => {
  await expose();
  await configure(project, "alter role authenticator set pgrst.db_schemas = 'api'", ['api']);
  expect(await restore()).toMatchObject({ state: 'nothing', served: false, notes: [] });
  expect(await settings(project.sql)).toEqual(['all: api']);
});

it.each([
  [schema, second],
  [second, schema],
])(
  'two schemas, %s restored first: neither is lost, and in the end there is no setting again',
  async (one, two) => {
    await expose();
    await expose({}, await marker(second));
    expect(await served()).toEqual(['public', schema, second]);
    expect(await restore(one)).toMatchObject({ served: false, notes: [], problems: [] });
    expect(await served()).toEqual(['public', two]);
    expect(await restore(two)).toMatchObject({ state: 'restored', served: false, notes: [] });
    expect(await settings(project.sql)).toEqual([]);
  },
);

it('two processes at once do not lose each other, neither coming nor going', async () => {
  const other = await otherSession(project);
  const theirs = await marker(second);
  await Promise.all([expose(), exposeSchema(other, project.target, theirs, { patience })]);
  expect((await served())?.toSorted()).toEqual(['public', schema, second]);
  await Promise.all([restore(), restore(second, other)]);
  expect(await settings(project.sql)).toEqual([]);
  expect(await served()).toEqual(['public']);
});
