import { afterEach, expect, it, vi } from 'vitest';
import { Calls } from '../../../scenarios/lib/calls.ts';
import { Pace } from '../../../scenarios/lib/pace.ts';
import { requests } from './k6.ts';
import { id, json, parts, refused, virtualUser } from './virtual-user.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

/** The request that a call becomes. */
function sent(call: (calls: Calls) => unknown): { method: string; path: string; body: unknown } {
  const { calls } = virtualUser(json([]));
  call(calls);
  const [request] = requests();
  if (!request) throw new Error('nothing was sent');
  const path = request.url.replace('http://127.0.0.1:3000', '');
  return { method: request.method, path, body: request.body && JSON.parse(request.body) };
}

it('an assign names all seven parameters, so that no older overload can be meant', () => {
  const input = {
    booking_id: id(1),
    table_ids: [id(3), id(2)],
    idempotency_key: 'key',
    require_adjacency: true,
    start_at: '2026-06-01T12:00:00.000Z',
    end_at: null,
  };
  expect(sent((calls) => calls.assign(input))).toEqual({
    method: 'POST',
    path: '/rpc/assign_tables_atomic_v2',
    body: {
      p_booking_id: id(1),
      p_table_ids: [id(3), id(2)],
      p_idempotency_key: 'key',
      p_require_adjacency: true,
      p_assigned_by: null,
      p_start_at: '2026-06-01T12:00:00.000Z',
      p_end_at: null,
    },
  });
});

it.each([[null], [[id(2)]]])('an unassign of %j', (table_ids) => {
  expect(sent((calls) => calls.unassign({ booking_id: id(1), table_ids }))).toEqual({
    method: 'POST',
    path: '/rpc/unassign_tables_atomic',
    body: { p_booking_id: id(1), p_table_ids: table_ids },
  });
});

it('a refresh', () => {
  expect(sent((calls) => calls.refresh(id(2)))).toEqual({
    method: 'POST',
    path: '/rpc/refresh_table_status',
    body: { p_table_id: id(2) },
  });
});

it('a status reads the tables that are asked for', () => {
  expect(sent((calls) => calls.status({ table_ids: [id(2), id(3)] }))).toEqual({
    method: 'GET',
    path: `/table_inventory?select=id,status&id=in.(${id(2)},${id(3)})`,
    body: null,
  });
});

it('a check-in sets the status together with the time of arrival', () => {
  const { method, path, body } = sent((calls) =>
    calls.transition({ booking_id: id(1), status: 'checked_in' }),
  );
  expect([method, path]).toEqual(['PATCH', `/bookings?id=eq.${id(1)}`]);
  expect(body).toEqual({ status: 'checked_in', checked_in_at: expect.stringMatching(/^\d{4}-.*Z$/) });
});

it('any other status of a booking is set without a time', () => {
  const { body } = sent((calls) => calls.transition({ booking_id: id(1), status: 'cancelled' }));
  expect(body).toEqual({ status: 'cancelled' });
});

const hold = {
  hold_id: id(9),
  booking_id: null,
  table_ids: [id(2), id(3)],
  start_at: '2026-06-01T18:00:00.000Z',
  end_at: '2026-06-01T20:00:00.000Z',
  expires_at: '2026-06-02T12:00:00.000Z',
};

it('a hold begins with its members, all in one request', () => {
  expect(sent((calls) => calls.hold(hold))).toEqual({
    method: 'POST',
    path: '/table_hold_members',
    body: [
      { hold_id: id(9), table_id: id(2) },
      { hold_id: id(9), table_id: id(3) },
    ],
  });
});

it('a hold that is to lapse gets its expiry first, and the record spans both requests', () => {
  const { calls, written } = virtualUser(json([]), json([], 201));
  calls.hold({ ...hold, expires_in_ms: 5000 });
  const [timed, claimed] = requests();
  expect([timed?.method, timed?.url]).toEqual(['PATCH', `http://127.0.0.1:3000/table_holds?id=eq.${id(9)}`]);
  expect(claimed?.url).toBe('http://127.0.0.1:3000/table_hold_members');
  const [record] = written();
  expect(record).toMatchObject({ f: 'hold', type: 'ok', input: JSON.parse(timed?.body ?? '') });
  expect(record?.input).not.toHaveProperty('expires_in_ms');
  expect((record?.t1 ?? 0) - (record?.t0 ?? 0)).toBe(2e6);
});

it('a hold whose expiry was refused adds no members', () => {
  const { calls, written } = virtualUser(refused('42501', 'permission denied', 403));
  calls.hold({ ...hold, expires_in_ms: 5000 });
  expect(requests()).toHaveLength(1);
  expect(written()[0]).toMatchObject({ f: 'hold', type: 'fail', code: '42501' });
});

it('a release ends the hold', () => {
  expect(sent((calls) => calls.release({ hold_id: id(9) }))).toEqual({
    method: 'PATCH',
    path: `/table_holds?id=eq.${id(9)}`,
    body: { status: 'cancelled' },
  });
});

const confirmation = {
  hold_id: id(9),
  booking_id: id(1),
  table_ids: [id(2)],
  idempotency_key: 'key',
  require_adjacency: false,
  start_at: null,
  end_at: null,
};

it('a confirmation passes the parameters that the deployment knows, and no others', () => {
  const { recorder, client } = parts(json([]));
  new Calls(client, recorder, new Pace(0), [
    'p_hold_id',
    'p_booking_id',
    'p_idempotency_key',
    'p_extra',
  ]).confirm(confirmation);
  const [request] = requests();
  expect(request?.url).toBe('http://127.0.0.1:3000/rpc/confirm_hold_assignment_with_transition');
  expect(JSON.parse(request?.body ?? '')).toEqual({
    p_hold_id: id(9),
    p_booking_id: id(1),
    p_idempotency_key: 'key',
  });
});

it('nothing is confirmed where the deployment has no function for it', () => {
  const { calls, written } = virtualUser();
  expect(calls.confirm(confirmation)).toBeNull();
  expect(requests()).toEqual([]);
  expect(written()).toEqual([]);
});

it('only the call whose answer is to be lost says so', () => {
  const { calls } = virtualUser(json([]), json([]));
  const input = { ...confirmation, start_at: null };
  calls.assign(input, {}, true);
  calls.assign(input);
  expect(requests().map(({ headers }) => headers['x-table-stress-lose-reply'])).toEqual(['after', undefined]);
});
