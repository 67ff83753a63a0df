import { afterAll, beforeAll, expect, it } from 'vitest';
import { TargetError } from '../../../contracts/errors.ts';
import { readDeployment } from '../../../isolate/deployment.ts';
import { measureDatabaseClock } from '../../../observe/database-clock.ts';
import { type Project, startProject } from './project.ts';

let project: Project;
beforeAll(async () => {
  project = await startProject();
});
afterAll(() => project?.stop());

/** What the stage says of the schema after these statements, which are undone. */
async function after(statements: string): Promise<unknown> {
  let result: unknown;
  await project.sql
    .begin(async (transaction) => {
      await transaction.unsafe(statements);
      result = await readDeployment(transaction as never, 'public').catch((error: unknown) => error);
      throw new Error('undo');
    })
    .catch((error: Error) => {
      if (error.message !== 'undo') throw error;
    });
  return result;
}

it('a complete application is described by its functions, not by those of extensions', async () => {
  const deployment = await readDeployment(project.sql, 'public');
  expect(deployment.fingerprint).toMatch(/^[0-9a-f]{64}$/);
  const names = deployment.functions.map(({ name }) => name);
  expect(names).toContain('assign_tables_atomic_v2');
  expect(names).not.toContain('gbt_uuid_union');
});

it.each([
  "set local search_path = ''",
  'set local search_path = extensions, public; set local quote_all_identifiers = on',
  "set local datestyle = 'German'; set local timezone = 'Asia/Tokyo'; set local extra_float_digits = 0",
])('the fingerprint is the same whatever the session has set: %s', async (settings) => {
  const { fingerprint, functions } = await readDeployment(project.sql, 'public');
  expect(await after(settings)).toMatchObject({ fingerprint, functions });
});

it('the fingerprint changes with the body of any function, and with nothing else', async () => {
  const { fingerprint } = await readDeployment(project.sql, 'public');
  const other = (statements: string) => after(statements);
  expect(await other("insert into booking_types values ('tea', 'Tea')")).toMatchObject({ fingerprint });
  expect(await other('create extension citext schema public')).toMatchObject({ fingerprint });
  const changed = await other(
    'create or replace function unassign_tables_atomic(p_booking_id uuid, p_table_ids uuid[] default null) returns setof uuid language sql as $$ select null::uuid $$',
  );
  expect((changed as { fingerprint: string }).fingerprint).not.toBe(fingerprint);
});

it.each([
  [
    'a function that is missing',
    'drop function refresh_table_status(uuid) cascade',
    /no function refresh_table_status\(p_table_id\); found: none/,
  ],
  [
    'an older overload only',
    `alter function assign_tables_atomic_v2 rename to newer;
     create function assign_tables_atomic_v2(p_booking_id uuid, p_table_ids uuid[]) returns void language sql as ''`,
    /no function assign_tables_atomic_v2\(.*found: assign_tables_atomic_v2\(p_booking_id uuid, p_table_ids uuid\[\]\)/,
  ],
  [
    'two that a call could mean',
    `create function refresh_table_status(p_table_id text) returns void language sql as ''`,
    /more than one function refresh_table_status/,
  ],
  ['a table that is missing', 'drop table allocations cascade', /lacks the table allocations/],
  [
    'tables that are missing',
    'drop table allocations, booking_table_assignments cascade',
    /lacks the tables allocations, booking_table_assignments/,
  ],
])('%s stops the run before any load', async (_, statements, message) => {
  const error = await after(statements);
  expect(error).toBeInstanceOf(TargetError);
  expect((error as TargetError).message).toMatch(message);
  expect((error as TargetError).fixes).not.toEqual([]);
});

it('an older overload beside the newer one is fine: calls name every parameter', async () => {
  const older = `create function assign_tables_atomic_v2(p_booking_id uuid, p_table_ids uuid[], p_idempotency_key text,
    p_require_adjacency boolean, p_assigned_by uuid) returns void language sql as ''`;
  expect(await after(older)).toMatchObject({ fingerprint: expect.any(String) });
});

it('the clock of a database on this machine is this clock, within the error that is told', async () => {
  const { offset_ms, error_ms } = await measureDatabaseClock(project.sql);
  expect(error_ms).toBeGreaterThan(0);
  expect(error_ms).toBeLessThan(500);
  // performance.timeOrigin drifts from the wall clock when the system's clock is corrected.
  const drift = Math.abs(performance.timeOrigin + performance.now() - Date.now());
  expect(Math.abs(offset_ms)).toBeLessThanOrEqual(error_ms + drift + 1);
});
