import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lookAt, type Stage, startStage } from './stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
  await stage.table();
});
afterAll(() => stage?.stop());

/** A connection as a role of its own. */
async function role(name: string, attributes = ''): Promise<string> {
  await stage.sql.unsafe(`CREATE ROLE ${name} LOGIN PASSWORD 'only-for-this-test' ${attributes}`);
  const url = new URL(stage.reference.target.databaseUrl);
  url.username = name;
  url.password = 'only-for-this-test';
  return url.href;
}

describe('a role that may only read', () => {
  it('without any right: says so for each check, and still reads the catalog', async () => {
    const url = await role('stranger');
    await stage.sql`REVOKE USAGE ON SCHEMA public FROM PUBLIC`;
    const result = await lookAt(url);
    await stage.sql`GRANT USAGE ON SCHEMA public TO PUBLIC`;
    const status = result.checks.find(({ id }) => id === 'status-differs');
    expect(status).toMatchObject({
      verdict: 'not possible',
      summary: expect.stringContaining('role stranger has no USAGE on schema public'),
      next: expect.arrayContaining(['grant usage on schema public to stranger;']),
    });
    expect(result.checks.find(({ id }) => id === 'lock-upgrades')?.verdict).toBe('ok');
    expect(result).toMatchObject({ verdict: 'not possible', exit_code: 4, database: { role: 'stranger' } });
  });

  it('gets all it needs by following what the audit says, all at once', async () => {
    const url = await role('auditor');
    const first = await lookAt(url);
    const status = first.checks.find(({ id }) => id === 'status-differs');
    expect(status?.summary).toMatch(
      /role auditor may not read public\.table_inventory \(id, restaurant_id, status\)/,
    );
    for (let step = 1; ; step += 1) {
      const { checks, verdict } = await lookAt(url);
      if (verdict === 'ok') {
        expect(step).toBe(2);
        break;
      }
      const statements = new Set(checks.flatMap(({ next }) => next).map((each) => each.split(';')[0] ?? ''));
      expect(statements.size).toBeGreaterThan(0);
      for (const statement of statements) await stage.sql.unsafe(statement);
      expect(step).toBeLessThan(3);
    }
    const seen = await stage.sql`
      SELECT has_table_privilege('auditor', 'public.customers', 'select') AS customers,
        has_column_privilege('auditor', 'public.bookings', 'customer_email', 'select') AS email`;
    expect(seen[0]).toEqual({ customers: false, email: false });
  });

  it('under row-level security: hidden rows are not taken for absent ones', async () => {
    const url = await role('reader');
    await stage.sql`GRANT pg_read_all_data TO reader`;
    const result = await lookAt(url);
    const status = result.checks.find(({ id }) => id === 'status-differs');
    expect(status?.verdict).toBe('not possible');
    expect(status?.summary).toMatch(
      /row-level security may hide rows of public\.table_inventory from role reader/,
    );
    expect(status?.next.join('\n')).toContain('for select to reader using (true)');
    await stage.sql`ALTER ROLE reader BYPASSRLS`;
    expect((await lookAt(url)).verdict).toBe('ok');
  });

  it('a policy that may hide rows does not do', async () => {
    const url = await role('picky');
    await stage.sql`GRANT pg_read_all_data TO picky`;
    await stage.sql`CREATE POLICY all_of_it ON booking_table_assignments FOR SELECT TO picky USING (true)`;
    await stage.sql`CREATE POLICY but_not ON booking_table_assignments AS RESTRICTIVE FOR SELECT USING (slot_id IS NULL)`;
    await stage.sql`CREATE POLICY all_of_it ON allocations FOR SELECT TO picky USING (true)`;
    const result = await lookAt(url, ['overlapping-allocations', 'empty-merge-groups']);
    await stage.sql`DROP POLICY but_not ON booking_table_assignments`;
    expect(result.checks.map(({ verdict }) => verdict)).toEqual(['ok', 'not possible']);
  });
});

describe('a schema that lacks something', () => {
  it('without the tables of holds: that check is not possible, the others are made', async () => {
    await stage.sql`ALTER TABLE table_hold_windows RENAME TO elsewhere`;
    const result = await lookAt(stage.reference.target.databaseUrl);
    await stage.sql`ALTER TABLE elsewhere RENAME TO table_hold_windows`;
    const open = result.checks.filter(({ verdict }) => verdict === 'not possible');
    expect(open.map(({ id, summary }) => [id, summary])).toEqual([
      ['expired-holds', 'there is no table public.table_hold_windows'],
    ]);
    expect(result.exit_code).toBe(4);
    expect(result.checks.find(({ id }) => id === 'missing-triggers')?.notes).toEqual([
      'no trigger was looked for on holds: there is no table_hold_windows',
    ]);
  });

  it('without a column, with another type, with a view in the place of a table', async () => {
    const { sql } = stage;
    const look = async () =>
      (await lookAt(stage.reference.target.databaseUrl, ['empty-merge-groups'])).checks[0];
    await sql`ALTER TABLE booking_table_assignments RENAME merge_group_id TO group_id`;
    expect((await look())?.summary).toBe('public.booking_table_assignments has no column merge_group_id');
    await sql`ALTER TABLE booking_table_assignments RENAME TO assignments`;
    await sql`CREATE VIEW booking_table_assignments AS SELECT *, group_id AS merge_group_id FROM assignments`;
    expect((await look())?.summary).toBe('public.booking_table_assignments is a view, not a table');
    await sql`DROP VIEW booking_table_assignments`;
    await sql`ALTER TABLE assignments RENAME TO booking_table_assignments`;
    await sql`ALTER TABLE booking_table_assignments RENAME group_id TO merge_group_id`;
    await sql`ALTER TABLE allocations RENAME "window" TO span`;
    await sql`ALTER TABLE allocations ADD COLUMN "window" tsrange`;
    expect((await look())?.summary).toBe('public.allocations: window is tsrange, not tstzrange');
    await sql`ALTER TABLE allocations DROP COLUMN "window"`;
    await sql`ALTER TABLE allocations RENAME span TO "window"`;
    expect((await look())?.verdict).toBe('ok');
  });

  it('without tables at all', async () => {
    await stage.sql`CREATE SCHEMA empty`;
    const result = await lookAt(stage.reference.target.databaseUrl, [], { schema: 'empty' });
    expect(result.checks.filter(({ verdict }) => verdict === 'ok').map(({ id }) => id)).toEqual([
      'lock-upgrades',
      'excessive-locks',
    ]);
    await expect(lookAt(stage.reference.target.databaseUrl, [], { schema: 'nowhere' })).rejects.toMatchObject(
      {
        exitCode: 2,
        message: '--schema nowhere: there is no such schema in this database',
      },
    );
  });
});
