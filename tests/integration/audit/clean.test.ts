import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditResult } from '../../../contracts/audit-result.ts';
import { type Application, startApplication } from '../applications/application.ts';
import { type World as GnarlyWorld, makeWorld as makeGnarlyWorld } from '../applications/world.ts';
import { assign, confirmHold, setStatus, unassign } from '../reference/calls.ts';
import { type Reference, startReference } from '../reference/database.ts';
import { makeWorld, type World } from '../reference/world.ts';
import { lookAt, minutes } from './stage.ts';

const findings = (result: AuditResult): unknown[] =>
  result.checks.flatMap(({ id, verdict, summary, rows }) => (verdict === 'ok' ? [] : [[id, summary, rows]]));

/** Assigned, assigned again, given back, merged, checked in, completed, cancelled, held, confirmed: by the application itself. */
async function live(
  sql: Reference['sql'],
  world: World | GnarlyWorld,
  setTo: (booking: string, status: string) => Promise<unknown>,
): Promise<void> {
  const [one, two, three, four, five, six] = (await world.tables(6)) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const bookings = (await world.bookings(8)) as string[];
  const [a, b, c, d, e, f, g, h] = bookings as [
    string,
    string,
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const now = { from: minutes(-30), to: minutes(90) };
  await assign(sql, a, [one], now);
  await assign(sql, a, [one], { from: minutes(-20), to: minutes(100) });
  await assign(sql, b, [two, three], { from: minutes(200), to: minutes(300) });
  await unassign(sql, b, [three]);
  await assign(sql, c, [two], now);
  await setTo(c, 'checked_in');
  await assign(sql, d, [three], now);
  await setTo(d, 'checked_in');
  await setTo(d, 'completed');
  await assign(sql, e, [four], now);
  await setTo(e, 'cancelled');
  await assign(sql, f, [four, five], { from: minutes(400), to: minutes(500) });
  await unassign(sql, f);
  const hold = await world.hold([five, six]);
  await confirmHold(sql, hold, g);
  await world.hold([one], { expires_at: minutes(-5) });
  const released = await world.hold([two]);
  await sql`UPDATE table_holds SET status = 'cancelled' WHERE id = ${released}`;
  await world.maintenance(six, minutes(-10), minutes(10));
  await assign(sql, h, [four], now);
}

describe('the reference application', () => {
  let reference: Reference;
  beforeAll(async () => {
    reference = await startReference();
    await live(reference.sql, await makeWorld(reference.sql), (booking, status) =>
      setStatus(reference.sql, booking, status),
    );
  });
  afterAll(() => reference?.stop());

  it('has nothing to be found', async () => {
    const result = await lookAt(reference.target.databaseUrl);
    expect(findings(result)).toEqual([]);
    expect(result).toMatchObject({ verdict: 'ok', exit_code: 0, hint: null });
    const seen = Object.fromEntries(result.checks.map(({ id, looked_at }) => [id, looked_at?.count]));
    expect(seen).toMatchObject({
      'status-differs': 6,
      'overlapping-allocations': expect.toSatisfy((count: number) => count >= 7),
      'claims-of-ended-bookings': 6,
      'expired-holds': 3,
      'assignments-without-allocation': 6,
      'allocations-without-assignment': 6,
      'empty-merge-groups': 2,
      'missing-triggers': 5,
    });
    expect(result.checks.flatMap(({ not_seen }) => not_seen)).toEqual([]);
  });
});

describe('another application', () => {
  let application: Application;
  beforeAll(async () => {
    application = await startApplication('gnarly');
    const { sql } = application;
    await live(sql, await makeGnarlyWorld(application), (booking, status) => {
      const at = status === 'checked_in' || status === 'completed' ? minutes(-5) : null;
      const out = status === 'completed' ? minutes(0) : null;
      return sql`
        UPDATE bookings SET status = ${status}, checked_in_at = ${at}, checked_out_at = ${out} WHERE id = ${booking}`;
    });
  });
  afterAll(() => application?.stop());

  it('has only what is true of it', async () => {
    const result = await lookAt(application.target.databaseUrl);
    const found = result.checks.flatMap(({ id, rows }) =>
      rows.map((row) => [id, row.reason, row.lock_function ?? row.call_with]),
    );
    expect(found).toEqual([
      // It locks tables FOR UPDATE and never deletes one: a hold or an assignment made past its functions waits.
      ['excessive-locks', 'for-update', 'public.lock_tables_in_order(uuid, uuid[])'],
      ['excessive-locks', 'for-update', 'public.refresh_table_status(uuid)'],
      // Its own comment says so.
      ['ambiguous-overloads', 'ambiguous', 'p_booking_id, p_table_ids'],
    ]);
    expect(result.checks.filter(({ verdict }) => verdict === 'not possible')).toEqual([]);
    expect(result.checks.flatMap(({ not_seen }) => not_seen)).toEqual([
      'public.count_all(), line 15: SQL that is put together when it runs',
      'public.count_all(), line 15: SQL that is put together when it runs',
    ]);
  });
});
