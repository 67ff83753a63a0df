import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Gateway, startGateway } from '../../../target/gateway/gateway.ts';
import { keys } from './keys-fixture.ts';

async function upstream(listener: RequestListener, timeoutMs = 60_000): Promise<Gateway> {
  const server = createServer(listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return gatewayTo((server.address() as AddressInfo).port, timeoutMs);
}

async function gatewayTo(upstreamPort: number, upstreamTimeoutMs = 60_000): Promise<Gateway> {
  const gateway = await startGateway({ keys, upstreamPort, upstreamTimeoutMs });
  onTestFinished(() => gateway.close());
  return gateway;
}

const withKey = { apikey: keys.secretApiKey };

describe('passing on', () => {
  it('strips the prefix, exchanges the key, keeps method, body, query and headers', async () => {
    const seen: Record<string, unknown> = {};
    const gateway = await upstream(async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk);
      Object.assign(seen, {
        method: request.method,
        url: request.url,
        headers: request.headers,
        body: `${Buffer.concat(chunks)}`,
      });
      response
        .writeHead(201, { 'content-range': '0-0/*', connection: 'keep-alive', 'x-extra': 'y' })
        .end('{}');
    });
    const answer = await fetch(`${gateway.url}/rest/v1/rpc/f?a=eq.%2B1&apikey=zzz&b=in.(1,2)`, {
      method: 'POST',
      body: '{"p":1}',
      headers: { ...withKey, 'content-profile': 'iso', 'content-type': 'application/json' },
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.get('content-range')).toBe('0-0/*');
    expect(answer.headers.get('x-extra')).toBe('y');
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(seen).toMatchObject({ method: 'POST', url: '/rpc/f?a=eq.%2B1&b=in.(1,2)', body: '{"p":1}' });
    expect(seen.headers).toMatchObject({
      authorization: `Bearer ${keys.serviceRoleKey}`,
      'content-profile': 'iso',
    });
  });

  it('begins the answer before it is complete', async () => {
    let finish = () => {};
    const gateway = await upstream((_, response) => {
      response.write('first');
      finish = () => void response.end(' last');
    });
    const answer = await fetch(`${gateway.url}/rest/v1/`, { headers: withKey });
    const reader = (answer.body as ReadableStream<Uint8Array>).getReader();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe('first');
    finish();
    expect(new TextDecoder().decode((await reader.read()).value)).toBe(' last');
  });

  it('tells PostgREST when the caller goes away', async () => {
    let closed: () => void = () => {};
    const gone = new Promise<void>((resolve) => {
      closed = resolve;
    });
    const caller = new AbortController();
    const gateway = await upstream((_, response) => {
      response.on('close', closed);
      caller.abort();
    });
    const { signal } = caller;
    await expect(fetch(`${gateway.url}/rest/v1/t`, { headers: withKey, signal })).rejects.toThrow();
    await gone;
  });

  it.each([
    ['/rest/v1/t', { apikey: 'wrong' }, 401],
    ['/rest/v1/t', {}, 401],
    [`/rest/v1/t?apikey=${keys.publishableKey}`, {}, 200],
    ['/rest/v10/t', withKey, 404],
    ['/auth/v1/user', withKey, 404],
  ])('%s %j → %i', async (path, headers, status) => {
    const gateway = await upstream((_, response) => void response.end('[]'));
    const answer = await fetch(`${gateway.url}${path}`, { headers: headers as Record<string, string> });
    expect(answer.status).toBe(status);
    if (status !== 200) expect(await answer.json()).toHaveProperty('message');
  });

  it('answers a preflight without a key', async () => {
    const gateway = await upstream((_, response) => void response.writeHead(500).end());
    const answer = await fetch(`${gateway.url}/rest/v1/rpc/f`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://example.org',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'apikey,content-profile',
      },
    });
    expect(answer.status).toBe(200);
    expect(answer.headers.get('access-control-allow-headers')).toBe('apikey,content-profile');
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST');
  });
});

describe('a PostgREST in trouble', () => {
  it('503 when it is down', async () => {
    const gateway = await gatewayTo(1);
    const answer = await fetch(`${gateway.url}/rest/v1/t`, { headers: withKey });
    expect(answer.status).toBe(503);
  });

  it('504 when it is slow', async () => {
    const gateway = await upstream(() => {}, 100);
    const answer = await fetch(`${gateway.url}/rest/v1/t`, { method: 'POST', body: 'x', headers: withKey });
    expect(answer.status).toBe(504);
    expect(await answer.json()).toEqual({ message: 'The upstream server is timing out' });
  });

  it.each([
    ['hangs up', (socket: Socket) => void socket.once('data', () => socket.destroy())],
    ['speaks no HTTP', (socket: Socket) => void socket.once('data', () => socket.end('what?\r\n\r\n'))],
  ])('502 when it %s', async (_, behave) => {
    const server = createTcpServer(behave).listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const gateway = await gatewayTo((server.address() as AddressInfo).port);
    const answer = await fetch(`${gateway.url}/rest/v1/t`, { headers: withKey });
    expect(answer.status).toBe(502);
  });

  it('cuts the connection when the answer breaks off', async () => {
    const gateway = await upstream((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('part', () => response.destroy());
    });
    // Whether the head gets through before the end is left open.
    const answer = fetch(`${gateway.url}/rest/v1/t`, { headers: withKey }).then((begun) => begun.text());
    await expect(answer).rejects.toThrow();
  });
});

it('closing ends open connections and can be repeated', async () => {
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const gateway = await upstream(() => arrive());
  const pending = fetch(`${gateway.url}/rest/v1/t`, { headers: withKey }).catch(() => 'cut');
  await arrived;
  await gateway.close();
  await gateway.close();
  expect(await pending).toBe('cut');
});

describe('losing a reply', () => {
  it('carries the call out, then cuts the connection; the header goes no further', async () => {
    let carriedOut = 0;
    const seen: unknown[] = [];
    const gateway = await upstream((request, response) => {
      seen.push(request.headers['x-table-stress-lose-reply']);
      request.resume();
      request.on('end', () => {
        carriedOut += 1;
        response.end('[]');
      });
    });
    const call = (headers: Record<string, string>) =>
      fetch(`${gateway.url}/rest/v1/rpc/f`, {
        method: 'POST',
        body: '{}',
        headers: { ...withKey, ...headers },
      });
    await expect(call({ 'x-table-stress-lose-reply': 'after' })).rejects.toThrow();
    expect(carriedOut).toBe(1);
    expect((await call({})).status).toBe(200);
    // Only that value means it.
    expect((await call({ 'x-table-stress-lose-reply': 'never' })).status).toBe(200);
    expect(seen).toEqual([undefined, undefined, undefined]);
  });
});
