import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { exposeSchema } from '../../../isolate/expose/expose.ts';
import { restoreExposure } from '../../../isolate/expose/restore.ts';
import { functionUnderTest } from '../../../isolate/expose/served.ts';
import type { Marker } from '../../../isolate/marker.ts';
import {
  configure,
  currentMarker,
  impatience,
  makeClone,
  patience,
  refusal,
  type SmallProject,
  settings,
  startSmallProject,
} from './small-clone.ts';

const schema = 'table_stress';
let project: SmallProject;
let made: Marker;
beforeAll(async () => {
  project = await startSmallProject();
  await project.sql.unsafe('create schema api');
  made = await makeClone(project.sql, schema);
});
afterAll(() => project?.stop());
afterEach(async () => {
  await configure(project, 'alter role authenticator reset pgrst.db_schemas', ['public']);
  await restoreExposure(project.sql, null, made);
});

const expose = (more = {}, of = made) => exposeSchema(project.sql, project.target, of, { patience, ...more });
const marker = (name: string) => currentMarker(project.sql, name);

it("a schema that is not ours, or another project's, is not exposed", async () => {
  expect((await refusal(expose({}, { ...made, schema: 'api' }))).message).toMatch(/no isolated schema/);
  expect((await refusal(expose({}, { ...made, project: 'other' }))).message).toMatch(/no isolated schema/);
  expect((await refusal(expose({}, { ...made, schema: 'gone' }))).message).toMatch(/there is none/);
  expect((await refusal(expose({}, { ...made, schema: 'a,b' }))).message).toMatch(/cannot be exposed/);
  expect(await settings(project.sql)).toEqual([]);
});

describe('a PostgREST that does not follow', () => {
  it('and answers with an old cache: what was there is put back, and the error says what to do', async () => {
    const unknown = { ...functionUnderTest, name: 'no_such_function' };
    // Time enough to serve the schema; whether it does by then is the machine's affair.
    const error = await refusal(expose({ known: unknown, patience: { ...impatience, deadlineMs: 3_000 } }));
    expect(error.message).toMatch(
      /does not serve the schema table_stress after 3 s; it says: HTTP (404, PGRST202|406, PGRST106)/,
    );
    expect(await settings(project.sql)).toEqual([]);
    expect((await marker(schema)).exposure).toBeUndefined();
  });

  it('and hangs: nothing is changed', async () => {
    process.kill(project.target.processes.postgrest, 'SIGSTOP');
    const error = await refusal(expose({ patience: impatience })).finally(() =>
      process.kill(project.target.processes.postgrest, 'SIGCONT'),
    );
    expect(error.message).toMatch(/does not answer/);
    expect(await settings(project.sql)).toEqual([]);
  });

  it('and hangs while we restore: the setting is back all the same, and the doubt is told', async () => {
    const { marker: exposed } = await expose();
    process.kill(project.target.processes.postgrest, 'SIGSTOP');
    const result = await restoreExposure(project.sql, project.target, exposed, { patience: impatience });
    process.kill(project.target.processes.postgrest, 'SIGCONT');
    expect(result).toMatchObject({ state: 'restored', served: null });
    expect(result.problems.join()).toMatch(/could not be asked whether it still exposes table_stress/);
    expect(await settings(project.sql)).toEqual([]);
  });

  it('and is not there: nothing is changed', async () => {
    const dead = { ...project.target, restUrl: 'http://127.0.0.1:9' };
    const error = await refusal(exposeSchema(project.sql, dead, made, { patience: impatience }));
    expect(error.message).toMatch(/127.0.0.1:9 does not answer/);
    expect(await settings(project.sql)).toEqual([]);
  });

  it('an interruption puts back what was there', async () => {
    const abort = new AbortController();
    const unknown = { ...functionUnderTest, name: 'no_such_function' };
    const ended = expect(expose({ known: unknown, signal: abort.signal })).rejects.toThrow('interrupted');
    await expect
      .poll(() => settings(project.superuser), { timeout: 60_000 })
      .toEqual(['all: public, table_stress']);
    abort.abort();
    await ended;
    expect(await settings(project.sql)).toEqual([]);
  });
});

describe('a login role without the right', () => {
  async function login(grants: string): Promise<postgres.Sql> {
    await project.superuser.unsafe(`
      create role deployer login password 'pw' createrole; grant table_stress_owner to deployer; ${grants}`);
    const url = new URL(project.target.databaseUrl);
    url.username = 'deployer';
    url.password = 'pw';
    const sql = postgres(url.toString(), { max: 1, onnotice: () => {} });
    onTestFinished(async () => {
      await sql.end({ timeout: 1 });
      await project.superuser.unsafe('drop owned by deployer; drop role deployer');
    });
    return sql;
  }

  it.each([
    ['on authenticator', 'grant set on parameter pgrst.db_schemas to deployer'],
    ['on the parameter', 'grant authenticator to deployer with admin option'],
  ])('%s is told how it is done by hand', async (_, grants) => {
    const error = await refusal(exposeSchema(await login(grants), project.target, made, { patience }));
    expect(error.message).toMatch(/may not expose table_stress: permission denied/);
    expect(error.fixes.join('\n')).toMatch(/API settings, Exposed schemas: public, table_stress/);
    expect(error.fixes.join('\n')).toContain('with {"db_schema":"public, table_stress"}');
    expect(await settings(project.sql)).toEqual([]);
  });

  it('is told of the role setting alone where one rules, since the dashboard would be in vain', async () => {
    await configure(project, "alter role authenticator set pgrst.db_schemas = 'public, api'", [
      'public',
      'api',
    ]);
    const error = await refusal(exposeSchema(await login(''), project.target, made, { patience }));
    expect(error.fixes).toEqual([
      expect.stringContaining("ALTER ROLE authenticator SET pgrst.db_schemas = 'public, api, table_stress'"),
    ]);
  });

  it('goes on when the schema is exposed already', async () => {
    await configure(project, `alter role authenticator set pgrst.db_schemas = 'public, ${schema}'`, [
      'public',
      schema,
    ]);
    expect(await exposeSchema(await login(''), project.target, made, { patience })).toMatchObject({
      changed: false,
    });
  });

  it('cannot restore either, and says what is to be done', async () => {
    const { marker: exposed } = await expose();
    const result = await restoreExposure(await login(''), project.target, exposed, { patience });
    expect(result).toMatchObject({ state: 'failed' });
    expect(result.problems.join()).toMatch(
      /could not be taken back: permission denied.*RESET pgrst.db_schemas/s,
    );
    expect(await settings(project.sql)).toEqual(['all: public, table_stress']);
  });
});
