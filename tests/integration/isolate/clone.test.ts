import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CloneReport } from '../../../isolate/clone.ts';
import { rolledBack } from '../../../target/rolled-back.ts';
import { type CloneProject, startCloneProject } from './clone-project.ts';

let project: CloneProject;
let report: CloneReport;
const lines: string[] = [];
beforeAll(async () => {
  project = await startCloneProject();
  report = await project.clone({ progress: (line) => lines.push(line) });
});
afterAll(() => project?.stop());

it('the reference application is cloned whole, with nothing to allow', () => {
  expect(report.role).toBe('table_stress_owner');
  expect(report.allowed).toEqual([]);
  expect(report.findings.filter(({ kind }) => kind === 'leftover')).toEqual([]);
  expect(report.counts).toMatchObject({ table: 18, function: 27, trigger: 14, policy: 16 });
  expect(report.durationMs).toBeGreaterThan(0);
  expect(lines).toContain('comparing the clone with its source');
});

it('a foreign key into auth that rows could not leave empty is left out, and told', () => {
  expect(report.findings).toContainEqual(
    expect.objectContaining({
      object: 'constraint restaurant_members_user_id_fkey on restaurant_members',
      kind: 'note',
    }),
  );
});

it('what the owner of the clone may not reach in auth, it reaches through a wrapper', async () => {
  expect(report.wrappers).toEqual(['auth.uid']);
  const id = '00000000-0000-4000-8000-000000000001';
  const [row] = await rolledBack(project.sql, async (sql) => {
    await sql`select set_config('request.jwt.claims', ${JSON.stringify({ sub: id })}, true)`;
    await sql`set local role table_stress_owner`;
    return sql`select table_stress."auth.uid"() as id`;
  });
  expect(row).toEqual({ id });
});

it('the owner cannot log in and has no right on any deployed table', async () => {
  const { sql } = project;
  const [role] = await sql`
    select rolcanlogin as login, rolsuper as super, rolbypassrls as bypass from pg_roles where rolname = ${report.role}`;
  expect(role).toMatchObject({ login: false, super: false });
  const rows = await sql`
    select relname from pg_class
     where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')
       and has_table_privilege(${report.role}, oid, 'select, insert, update, delete, truncate, references, trigger')`;
  expect(rows).toEqual([]);
});

it('the schema says whose it is', async () => {
  const [row] = await project.sql`
    select obj_description(oid, 'pg_namespace') as comment, pg_get_userbyid(nspowner) as owner
      from pg_namespace where nspname = 'table_stress'`;
  expect(row).toEqual({ comment: 'made by a test', owner: 'table_stress_owner' });
});

it('assign_tables_atomic_v2 works in the clone, for the role of the API, and touches nothing that is deployed', async () => {
  const written = await rolledBack(project.sql, async (sql) => {
    await sql`set local search_path = table_stress, extensions`;
    await sql`set local role service_role`;
    const [restaurant] = await sql<{ id: string }[]>`
      insert into restaurants (name, slug, timezone) values ('R', 'r-1', 'UTC') returning id`;
    if (!restaurant) throw new Error('no restaurant');
    const { id } = restaurant;
    const [zone] = await sql<{ id: string }[]>`
      insert into zones (restaurant_id, name) values (${id}, 'Z') returning id`;
    await sql`insert into allowed_capacities (restaurant_id, capacity) values (${id}, 4)`;
    const [table] = await sql<{ id: string }[]>`
      insert into table_inventory (restaurant_id, zone_id, table_number, capacity)
      values (${id}, ${zone?.id ?? ''}, '1', 4) returning id`;
    const [customer] = await sql<{ id: string }[]>`
      insert into customers (restaurant_id, full_name, email, phone)
      values (${id}, 'C', 'c@example.test', '5550001000') returning id`;
    const [type] = await sql<
      { exists: boolean }[]
    >`select to_regclass('booking_types') is not null as exists`;
    if (type?.exists) await sql`insert into booking_types select * from public.booking_types`.catch(() => {});
    const [booking] = await sql<{ id: string }[]>`
      insert into bookings (restaurant_id, customer_id, booking_date, start_time, end_time, party_size, status,
                            customer_name, customer_email, customer_phone)
      values (${id}, ${customer?.id ?? ''}, '2030-01-01', '18:00', '20:00', 4, 'pending', 'C', 'c@example.test', '5550001000')
      returning id`;
    const assigned = await sql`
      select table_id from assign_tables_atomic_v2(${booking?.id ?? ''}, array[${table?.id ?? ''}]::uuid[])`;
    expect(assigned).toEqual([{ table_id: table?.id }]);
    const [counts] = await sql`
      select (select count(*)::int from table_stress.allocations) as ours,
             (select count(*)::int from public.allocations) as deployed`;
    return counts;
  });
  expect(written).toEqual({ ours: 1, deployed: 0 });
});
