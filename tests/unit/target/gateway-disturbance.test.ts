import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it, onTestFinished } from 'vitest';
import type { Disturbance } from '../../../target/gateway/disturbance.ts';
import { startGateway } from '../../../target/gateway/gateway.ts';
import { keys } from './keys-fixture.ts';

async function gatewayThat(disturbance: Disturbance | null) {
  let served = 0;
  const upstream = createServer((_, response) => {
    served += 1;
    response.end('[]');
  });
  upstream.listen(0, '127.0.0.1');
  await once(upstream, 'listening');
  onTestFinished(() => void upstream.close());
  const gateway = await startGateway({ keys, upstreamPort: (upstream.address() as AddressInfo).port });
  onTestFinished(() => gateway.close());
  gateway.disturb(() => disturbance);
  const send = () =>
    fetch(`${gateway.url}/rest/v1/t`, { headers: { apikey: keys.secretApiKey } }).then(
      (answer) => answer.text(),
      () => 'cut',
    );
  return { gateway, send, served: () => served };
}

it.each([
  ['a request that is dropped never arrives', { kind: 'drop-request' }, 'cut', 0],
  ['a reply that is dropped was carried out', { kind: 'drop-reply' }, 'cut', 1],
  ['a request that is held back arrives', { kind: 'delay', ms: 30 }, '[]', 1],
  ['a request that nothing happens to is answered', null, '[]', 1],
] as const)('%s', async (_, disturbance, answer, served) => {
  const stand = await gatewayThat(disturbance);
  const begun = performance.now();
  expect(await stand.send()).toBe(answer);
  expect(stand.served()).toBe(served);
  if (disturbance?.kind === 'delay') expect(performance.now() - begun).toBeGreaterThanOrEqual(29);
  stand.gateway.disturb(null);
  expect(await stand.send()).toBe('[]');
});
