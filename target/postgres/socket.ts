import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Bytes that the path of a socket may have everywhere: macOS allows 104 with the byte that ends it. */
const LONGEST = 103;

/** PostgreSQL's own name of its socket. */
function socketPath(folder: string, port: number): string {
  return join(folder, `.s.PGSQL.${port}`);
}

/**
 * Value of `unix_socket_directories` that puts the socket into a folder, which only the server's user may enter: quoted,
 * since a comma separates folders. Empty, which means no socket, where its path would be too long.
 */
export function socketDirectories(folder: string, port: number): string {
  const fits = Buffer.byteLength(socketPath(folder, port)) <= LONGEST;
  return fits ? `"${folder.replaceAll('"', '""')}"` : '';
}

/** The socket of a running server; null when it has none. */
export function socketIn(folder: string, port: number): string | null {
  const path = socketPath(folder, port);
  return existsSync(path) ? path : null;
}
