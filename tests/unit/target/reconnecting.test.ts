import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import postgres from 'postgres';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { reconnecting } from '../../../target/postgres/reconnecting.ts';
import { fatal } from '../../stand-in/startup-packet.ts';

let server: Server;
let attempts: number;
let answer: (socket: Socket) => void;

beforeEach(async () => {
  attempts = 0;
  server = createServer((socket) => {
    attempts += 1;
    socket.on('error', () => {});
    answer(socket);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
});
afterEach(() => {
  server.close();
});

const connect = (openingMs: number): postgres.Sql =>
  reconnecting({
    open: (hooks) =>
      postgres({
        ...hooks,
        host: '127.0.0.1',
        port: (server.address() as AddressInfo).port,
        user: 'user',
        pass: 'password',
        database: 'database',
        ssl: false,
        max: 1,
        // Seconds between attempts.
        backoff: () => 0.01,
      }),
    openingMs,
  });

it('gives up a server that ends every connection without a word', async () => {
  answer = (socket) => socket.once('data', () => socket.end());
  // Time for a second attempt, however slow the machine is.
  for (let openingMs = 200; attempts < 2; openingMs *= 2) {
    attempts = 0;
    const sql = connect(openingMs);
    await expect(sql`select 1`).rejects.toThrow('the database server does not let a connection in');
    const made = attempts;
    await delay(200);
    // One attempt may still have been under way.
    expect(attempts).toBeLessThanOrEqual(made + 1);
    await sql.end({ timeout: 0 });
  }
});

it('tells all that wait why it was refused, and asks again the next time', async () => {
  answer = (socket) => socket.once('data', () => socket.end(fatal('28P01', 'wrong password')));
  const sql = connect(10_000);
  for (let time = 1; time <= 3; time++) {
    const codes = await Promise.all([1, 2].map(() => sql`select 1`.catch((error) => error.code)));
    expect(codes).toEqual(['28P01', '28P01']);
    expect(attempts).toBe(time);
  }
});

it('does not open a connection after its end', async () => {
  answer = (socket) => socket.once('data', () => socket.end(fatal('57P01', 'shutting down')));
  const sql = connect(10_000);
  await expect(sql`select 1`).rejects.toMatchObject({ code: '57P01' });
  await sql.end({ timeout: 0 });
  await expect(sql`select 1`).rejects.toThrow('shutting down');
  expect(attempts).toBe(1);
});
