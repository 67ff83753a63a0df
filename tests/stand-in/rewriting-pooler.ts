import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Pooler } from './pooler.ts';

/** A pooler that takes liberties: whatever stands for the first text in what a client sends becomes the second. */
export async function startRewritingPooler(
  databasePort: number,
  from: string,
  to: string,
): Promise<Pooler & { sent(): string }> {
  if (from.length !== to.length) throw new Error('messages must keep their length');
  const sockets = new Set<Socket>();
  let sent = '';
  const server = createServer((client) => {
    const database = connect(databasePort, '127.0.0.1');
    for (const socket of [client, database]) {
      sockets.add(socket);
      socket.on('error', () => {});
    }
    client.on('data', (chunk: Buffer) => {
      const text = chunk.toString('latin1').replaceAll(from, to);
      sent += text;
      database.write(Buffer.from(text, 'latin1'));
    });
    database.pipe(client);
    client.once('close', () => database.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    sent: () => sent,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}
