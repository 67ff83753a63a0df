import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { type Message, MessageReader, query } from './messages.ts';
import {
  fatal,
  readStartup,
  sslRequest,
  startupLength,
  startupProtocol,
  writeStartup,
} from './startup-packet.ts';

export interface Pooler {
  readonly port: number;
  close(): Promise<void>;
}

export interface PoolerOptions {
  ref: string;
  databasePort: number;
  /**
   * `session`: a connection of its own for each client. `transaction`: what a session keeps is lost after each
   * transaction, as if the next one had another server process.
   */
  mode: 'session' | 'transaction';
}

/** A pooler like Supabase's: it tells projects apart by the user name `postgres.<ref>`. */
export async function startPooler(options: PoolerOptions): Promise<Pooler> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    sockets.add(client);
    client.on('error', () => {});
    client.once('close', () => sockets.delete(client));
    greet(client, options);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

function greet(client: Socket, options: PoolerOptions): void {
  let received: Buffer = Buffer.alloc(0);
  client.on('data', function waiting(chunk: Buffer) {
    received = Buffer.concat([received, chunk]);
    const length = startupLength(received);
    if (length === null) return;
    const message = received.subarray(0, length);
    const rest = received.subarray(length);
    const startup = readStartup(message);
    if (startup.protocol === sslRequest) {
      received = rest;
      client.write('N');
      return;
    }
    client.off('data', waiting);
    const [user, ref] = (startup.parameters.get('user') ?? '').split('.');
    const known = user === 'postgres' && ref === options.ref;
    if (startup.protocol === startupProtocol && !known) {
      client.end(fatal('XX000', 'Tenant or user not found'));
      return;
    }
    if (known) startup.parameters.set('user', 'postgres');
    const server = connect(options.databasePort, '127.0.0.1');
    server.on('error', () => client.destroy());
    server.once('close', () => client.destroy());
    client.once('close', () => server.destroy());
    server.write(known ? Buffer.concat([writeStartup(startup), rest]) : received);
    if (options.mode === 'session' || !known) {
      client.pipe(server);
      server.pipe(client);
    } else {
      forgetful(client, server);
    }
  });
}

/** Passes messages on, and has the server forget the session whenever a transaction is over. */
function forgetful(client: Socket, server: Socket): void {
  const fromClient = new MessageReader();
  const fromServer = new MessageReader();
  const waiting: Message[] = [];
  let state: 'starting' | 'idle' | 'answering' | 'forgetting' = 'starting';
  const passOn = () => {
    while (state === 'idle' && waiting.length > 0) {
      const message = waiting.shift() as Message;
      server.write(message.bytes);
      // Query and Sync are answered by ReadyForQuery; what comes after has to wait for it.
      if (message.type === 'Q' || message.type === 'S') state = 'answering';
    }
  };
  client.on('data', (chunk: Buffer) => {
    waiting.push(...fromClient.read(chunk));
    // Passwords are exchanged before the first ReadyForQuery.
    if (state === 'starting') for (const message of waiting.splice(0)) server.write(message.bytes);
    else passOn();
  });
  server.on('data', (chunk: Buffer) => {
    for (const { type, bytes } of fromServer.read(chunk)) {
      const ready = type === 'Z';
      if (state === 'forgetting') {
        if (!ready) continue;
        state = 'idle';
        passOn();
        continue;
      }
      client.write(bytes);
      if (!ready) continue;
      const inTransaction = bytes[5] !== 'I'.charCodeAt(0);
      if (state === 'starting' || inTransaction) {
        state = 'idle';
      } else {
        state = 'forgetting';
        server.write(query('discard all'));
      }
      passOn();
    }
  });
}
