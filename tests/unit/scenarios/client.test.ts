import { describe, expect, it } from 'vitest';
import type { Client } from '../../../scenarios/lib/client.ts';
import { requests } from './k6.ts';
import { clientOf, json, jwt, refused, schema, timedOut } from './virtual-user.ts';

const calls: [string, (client: Client) => unknown][] = [
  ['rpc', (client) => client.rpc('assign_tables_atomic_v2', { p_idempotency_key: 'key-1' })],
  ['get', (client) => client.get('table_inventory', '?select=id')],
  ['patch', (client) => client.patch('bookings', '?id=eq.1', { status: 'checked_in' })],
];

/** Headers of the request that the call sends, names in lower case as HTTP reads them. */
function headersOf(call: (client: Client) => unknown, key = jwt): Record<string, string> {
  call(clientOf(key, {}));
  const [request] = requests();
  return Object.fromEntries(
    Object.entries(request?.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

describe.each(calls)('%s', (method, call) => {
  it('names the schema, else the first exposed one would be meant', () => {
    const [accept, content] = method === 'get' ? [schema, undefined] : [undefined, schema];
    expect(headersOf(call)['accept-profile']).toBe(accept);
    expect(headersOf(call)['content-profile']).toBe(content);
  });

  it('sends a legacy key in both headers', () => {
    expect(headersOf(call)).toMatchObject({ apikey: jwt, authorization: `Bearer ${jwt}` });
  });

  it('sends a newer key in apikey only: it is no JWT', () => {
    expect(headersOf(call, 'sb_secret_abc')).toMatchObject({ apikey: 'sb_secret_abc' });
    expect(headersOf(call, 'sb_secret_abc')).not.toHaveProperty('authorization');
  });

  it('sends no header by which the HTTP client would repeat a POST', () => {
    expect(Object.keys(headersOf(call)).filter((name) => name.includes('idempotency'))).toEqual([]);
  });

  it('is no browser, and follows no redirect', () => {
    expect(headersOf(call)['user-agent']).toBe('table-stress');
    expect(requests().map((request) => request.redirects)).toEqual([0]);
  });
});

it.each([
  ['POST', 'http://127.0.0.1:3000/rpc/assign_tables_atomic_v2', '{"p_idempotency_key":"key-1"}'],
  ['GET', 'http://127.0.0.1:3000/table_inventory?select=id', null],
  ['PATCH', 'http://127.0.0.1:3000/bookings?id=eq.1', '{"status":"checked_in"}'],
])('sends %s %s', (method, url, body) => {
  const call = calls[['POST', 'GET', 'PATCH'].indexOf(method)]?.[1];
  call?.(clientOf(jwt, {}));
  expect(requests()).toMatchObject([{ method, url, body }]);
});

const read = (...answer: Parameters<typeof clientOf> extends [string, ...infer A] ? A : never) =>
  clientOf(jwt, ...answer).get('zones', '');

it('a good answer has its body, no code, and the instants around it', () => {
  expect(read(json([{ id: 1 }]))).toEqual({
    http: 200,
    code: null,
    transport: null,
    error: null,
    body: [{ id: 1 }],
    t0: 1_000_000_000,
    t1: 1_001_000_000,
  });
});

describe('an answer from another schema', () => {
  it('is refused', () => {
    const reply = read({ ...json([]), headers: { 'Content-Profile': 'public' } });
    expect(reply).toMatchObject({ http: 200, code: 'PGRST106' });
    expect(reply.error?.message).toBe('the answer came from schema public, not from stress');
  });

  it.each([{}, { 'Content-Profile': schema }])('is not one with the headers %j', (headers) => {
    expect(read({ ...json([]), headers })).toMatchObject({ code: null, error: null });
  });
});

it.each([
  ["PostgREST's error", refused('P0001', 'taken'), 400, 'P0001', null, 'taken'],
  ['a time-out', timedOut, 0, null, '1050', 'request timeout'],
  ["a gateway's page", { status: 502, body: '<html>' }, 502, null, null, 'HTTP 502 without an error body'],
  ["a gateway's empty answer", { status: 504, body: '' }, 504, null, null, 'HTTP 504 without an error body'],
  ["a gateway's JSON", json({ message: 'Invalid API key' }, 401), 401, null, null, 'Invalid API key'],
  ['a code that is no text', json({ code: 504 }, 504), 504, null, null, 'HTTP 504 without an error body'],
  ['a list', json([1], 500), 500, null, null, 'HTTP 500 without an error body'],
])('%s is understood', (_, answer, http, code, transport, message) => {
  expect(read(answer)).toMatchObject({ http, code, transport, error: { message } });
});

it('keeps the details and the hint of an error', () => {
  const error = { message: 'deadlock', details: 'Process 1 waits', hint: 'see the log' };
  expect(read(json({ code: '40P01', ...error }, 500)).error).toEqual(error);
});
