import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AuditResult } from '../../../contracts/audit-result.ts';
import { type Application, startApplication } from '../applications/application.ts';
import { makeWorld as makeGnarlyWorld } from '../applications/world.ts';
import { setStatus } from '../reference/calls.ts';
import { type Reference, startReference } from '../reference/database.ts';
import { makeWorld } from '../reference/world.ts';
import { live } from './live.ts';
import { lookAt, minutes } from './stage.ts';

const findings = (result: AuditResult): unknown[] =>
  result.checks.flatMap(({ id, verdict, summary, rows }) => (verdict === 'ok' ? [] : [[id, summary, rows]]));

describe('the reference application', () => {
  let reference: Reference;
  beforeAll(async () => {
    reference = await startReference();
    const { sql } = reference;
    await live({
      sql,
      world: await makeWorld(sql),
      setTo: (booking, status) => setStatus(sql, booking, status),
    });
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
    const setTo = (booking: string, status: string) => {
      const at = status === 'checked_in' || status === 'completed' ? minutes(-5) : null;
      const out = status === 'completed' ? minutes(0) : null;
      return sql`
        UPDATE bookings SET status = ${status}, checked_in_at = ${at}, checked_out_at = ${out} WHERE id = ${booking}`;
    };
    await live({ sql, world: await makeGnarlyWorld(application), setTo });
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
