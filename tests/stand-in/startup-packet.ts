/** PostgreSQL's first message: what a client sends before it is known to anybody. */
export interface Startup {
  readonly protocol: number;
  readonly parameters: Map<string, string>;
}

export const sslRequest = 80877103;
export const startupProtocol = 196608;

/** Length of the message at the start of a buffer, when it is complete. */
export function startupLength(buffer: Buffer): number | null {
  if (buffer.length < 8) return null;
  const length = buffer.readInt32BE(0);
  return buffer.length < length ? null : length;
}

export function readStartup(message: Buffer): Startup {
  const fields = message.subarray(8).toString('utf8').split('\0');
  const parameters = new Map<string, string>();
  for (let index = 0; index + 1 < fields.length && fields[index] !== ''; index += 2) {
    parameters.set(fields[index] ?? '', fields[index + 1] ?? '');
  }
  return { protocol: message.readInt32BE(4), parameters };
}

export function writeStartup({ protocol, parameters }: Startup): Buffer {
  const text = [...parameters].flat().join('\0');
  const body = Buffer.from(`${text}\0\0`, 'utf8');
  const head = Buffer.alloc(8);
  head.writeInt32BE(body.length + 8, 0);
  head.writeInt32BE(protocol, 4);
  return Buffer.concat([head, body]);
}

/** An ErrorResponse that ends the connection. */
export function fatal(code: string, message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C${code}\0M${message}\0\0`, 'utf8');
  const head = Buffer.alloc(5);
  head.write('E', 0);
  head.writeInt32BE(body.length + 4, 1);
  return Buffer.concat([head, body]);
}
