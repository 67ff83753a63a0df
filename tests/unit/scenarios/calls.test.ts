import { afterEach, expect, it, vi } from 'vitest';
import type { Calls } from '../../../scenarios/lib/calls.ts';
import { requests } from './k6.ts';
import { id, json, virtualUser } from './virtual-user.ts';

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
