import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import { startGateway } from '../../../target/gateway/gateway.ts';
import { keys } from './keys-fixture.ts';

const ref = 'abcdefghijklmnopqrst';

it.each([
  [`/${ref}/rest/v1/t?select=id`, 200, '/t?select=id'],
  [`/${ref}/rest/v1`, 200, '/'],
  ['/rest/v1/t', 404, null],
  ['/tsrqponmlkjihgfedcba/rest/v1/t', 404, null],
  [`/${ref}x/rest/v1/t`, 404, null],
])('a project path: %s → %i', async (path, status, passedOn) => {
  const upstream = createServer((request, response) => void response.end(request.url));
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  onTestFinished(() => void upstream.close());
  const gateway = await startGateway({
    keys,
    upstreamPort: (upstream.address() as AddressInfo).port,
    projectRef: ref,
  });
  onTestFinished(() => gateway.close());
  expect(gateway.url).toBe(`http://127.0.0.1:${gateway.port}/${ref}`);
  const answer = await fetch(`http://127.0.0.1:${gateway.port}${path}`, {
    headers: { apikey: keys.secretApiKey },
  });
  const text = await answer.text();
  expect(answer.status).toBe(status);
  if (passedOn !== null) expect(text).toBe(passedOn);
});
