import { createServer } from 'node:net';
import { UsageError } from '../contracts/errors.ts';

/** A loopback port that was free a moment ago. Whoever binds it must cope with having lost it since. */
export function freePort(): Promise<number> {
  return listenOnce(0);
}

/**
 * The port that the user asked for, checked, or a free one.
 *
 * @throws UsageError when the port that was asked for is taken.
 */
export async function choosePort(asked: number | undefined, purpose: string): Promise<number> {
  if (asked === undefined) return freePort();
  try {
    return await listenOnce(asked);
  } catch (error) {
    throw new UsageError(
      `Port ${asked} for ${purpose} cannot be used: ${(error as NodeJS.ErrnoException).code ?? error}.`,
      ['Choose another port, or leave it out to get a free one.'],
      error,
    );
  }
}

function listenOnce(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
      const address = server.address();
      const bound = typeof address === 'object' && address !== null ? address.port : port;
      server.close((error) => (error ? reject(error) : resolve(bound)));
    });
  });
}
