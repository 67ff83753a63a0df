import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { assign, tableStatus } from './calls.ts';
import { outcome, type Reference, startReference } from './database.ts';
import { makeWorld, type World } from './world.ts';

let reference: Reference;
let world: World;
const staff = randomUUID();

beforeAll(async () => {
  reference = await startReference();
  world = await makeWorld(reference.sql);
  await assign(reference.sql, await world.booking(), [await world.table()], { key: 'k' });
  await world.hold([await world.table()]);
  const stranger = await makeWorld(reference.sql);
  await stranger.table();
  await reference.sql`INSERT INTO auth.users (id) VALUES (${staff})`;
  await reference.sql`INSERT INTO restaurant_members (restaurant_id, user_id) VALUES (${world.restaurantId}, ${staff})`;
});
afterAll(() => reference?.stop());

/** Runs a statement as PostgREST does for a request: in a transaction, as the role of its token. */
function as(role: string, statement: string): Promise<string> {
  return outcome(
    reference.sql.begin(async (tx) => {
      await tx`SELECT set_config('request.jwt.claims', ${JSON.stringify({ sub: staff, role })}, true)`;
      await tx.unsafe(`SET LOCAL ROLE ${role}`);
      await tx.unsafe(statement);
    }),
  );
}

const relations = () =>
  reference.sql<{ name: string; protected: boolean }[]>`
    SELECT relname AS name, relrowsecurity AS protected FROM pg_class
    WHERE relnamespace = 'public'::regnamespace AND relkind = 'r' ORDER BY relname`;

describe('row-level security', () => {
  it('is on for every table', async () => {
    const tables = await relations();
    expect(tables.length).toBeGreaterThan(15);
    expect(tables.filter((table) => !table.protected)).toEqual([]);
  });

  it('lets anon neither read nor write', async () => {
    for (const { name } of await relations()) {
      for (const statement of [`SELECT FROM ${name}`, `DELETE FROM ${name}`]) {
        expect(await as('anon', statement)).toMatch(/^42501 /);
      }
    }
  });

  it('lets nobody but the service call a function that writes', async () => {
    const functions = await reference.sql<{ signature: string; open: boolean }[]>`
      SELECT p.oid::regprocedure::text AS signature,
        has_function_privilege('anon', p.oid, 'EXECUTE')
          OR has_function_privilege('authenticated', p.oid, 'EXECUTE') AS open
      FROM pg_proc p WHERE p.pronamespace = 'public'::regnamespace`;
    expect(functions.filter((one) => one.open).map((one) => one.signature)).toEqual(['my_restaurant_ids()']);
  });

  it('shows staff their own restaurant, and lets them change nothing', async () => {
    const seen = await reference.sql.begin(async (tx) => {
      await tx`SELECT set_config('request.jwt.claims', ${JSON.stringify({ sub: staff })}, true)`;
      await tx`SET LOCAL ROLE authenticated`;
      const [row] = await tx`
        SELECT (SELECT count(*)::int FROM restaurants) AS restaurants,
          (SELECT count(*)::int FROM table_inventory) AS tables,
          (SELECT count(*)::int FROM booking_table_assignments) AS assignments,
          (SELECT count(*)::int FROM table_hold_windows) AS holds`;
      return row;
    });
    expect(seen).toEqual({ restaurants: 1, tables: 2, assignments: 1, holds: 1 });
    expect(await as('authenticated', "UPDATE table_inventory SET status = 'available'")).toMatch(/^42501 /);
    expect(await as('authenticated', 'SELECT FROM audit_log')).toMatch(/^42501 /);
  });
});

describe('the service key', () => {
  it('assigns and reads through the REST endpoint; the public key does not', async () => {
    const { supabaseUrl, secretKey, anonKey } = reference.target;
    const [booking, table] = [await world.booking(), await world.table()];
    const post = (key: string) =>
      fetch(`${supabaseUrl}/rest/v1/rpc/assign_tables_atomic_v2`, {
        method: 'POST',
        headers: { apikey: key, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify({ p_booking_id: booking, p_table_ids: [table] }),
      });
    expect((await post(anonKey)).status).toBe(401);
    const response = await post(secretKey);
    expect(await response.json()).toMatchObject([{ table_id: table, merge_group_id: null }]);
    expect(await tableStatus(reference.sql, table)).toBe('available');
  });
});
