import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { type HostedStandIn, startHostedStandIn } from '../../stand-in/hosted.ts';
import { fatal } from '../../stand-in/startup-packet.ts';
import { root, runProgram } from '../run/program.ts';

/** A connection that is cut while the driver still asks for the array types, which nobody waits for. */
let standIn: HostedStandIn;
let server: Server;
const sockets = new Set<Socket>();

beforeAll(async () => {
  standIn = await startHostedStandIn({
    migrations: path.join(root, 'reference', 'migrations'),
    ref: 'abcdefghijklmnopqrst',
  });
});
afterAll(() => standIn?.stop());
afterEach(async () => {
  for (const socket of sockets) socket.destroy();
  server.close();
  await once(server, 'close');
});

/** Leads to the database, and cuts every connection from the `first` one on, `count` of them, at that question. */
async function databaseUrlThatCuts(first: number, count: number, end: (client: Socket) => void) {
  let asked = 0;
  const url = new URL(standIn.target.databaseUrl);
  const databasePort = Number(url.port);
  server = createServer((client) => {
    const upstream = connect(databasePort, '127.0.0.1');
    for (const socket of [client, upstream]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.once('close', () => upstream.destroy());
    upstream.once('close', () => client.destroy());
    client.on('data', (data) => {
      if (data.includes('typarray')) asked += 1;
      if (data.includes('typarray') && asked >= first && asked < first + count) end(client);
      else upstream.write(data);
    });
    upstream.pipe(client);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url.port = String((server.address() as AddressInfo).port);
  return url.href;
}

const ends: [string, (client: Socket) => void][] = [
  ['without a word', (client) => client.destroy()],
  ['by an administrator', (client) => client.end(fatal('57P01', 'terminating connection'))],
];
const moments = [
  { first: 1, count: 1 },
  { first: 2, count: 1 },
  { first: 1, count: 100 },
];
const cases = ends.flatMap(([name, end]) => moments.map((moment) => ({ name, end, ...moment })));

it.each(cases)(
  '$count connections from number $first on, cut $name, are one clear error or none',
  async (row) => {
    const { first, count, end } = row;
    const env = { ...standIn.env, SUPABASE_DB_URL: await databaseUrlThatCuts(first, count, end) };
    const { code, stderr } = await runProgram(['teardown', '--all', '--target', 'staging'], { env });
    // One that ends without a word is asked again; an administrator's word is told.
    expect(code, stderr).toBe(end === ends[0]?.[1] ? 0 : 3);
    expect(stderr).not.toMatch(/unexpected|TypeError|defect/);
  },
);
