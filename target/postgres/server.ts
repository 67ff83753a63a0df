import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError, TargetError } from '../../contracts/errors.ts';
import { pollUntil } from '../polling.ts';
import { describeExit, type ServerProcess, startServer } from '../server-process.ts';
import type { Watchdog } from '../watchdog.ts';
import type { PostgresBinaries } from './binaries.ts';
import type { Identity } from './identity.ts';

export interface PostgresOptions {
  binaries: PostgresBinaries;
  identity: Identity | null;
  dataFolder: string;
  logFile: string;
  port: number;
  /** False only while a template is made: nothing of value can be lost then. */
  durable: boolean;
  watchdog: Watchdog;
  signal?: AbortSignal | undefined;
}

/** PostgreSQL could not bind its port: somebody took it since it was chosen. Try another one. */
export class PortLostError extends TargetError {}

/**
 * Starts PostgreSQL on a data folder and waits until it accepts connections.
 *
 * @throws PortLostError, or TargetError with the last lines of the log.
 */
export async function startPostgres(options: PostgresOptions): Promise<ServerProcess> {
  const args = ['-D', options.dataFolder, '-p', String(options.port)];
  if (!options.durable)
    args.push('-c', 'fsync=off', '-c', 'synchronous_commit=off', '-c', 'full_page_writes=off');
  const server = await startServer({
    name: 'PostgreSQL',
    command: options.binaries.postgres,
    args,
    // Nothing of ours: a PGDATA or PGOPTIONS of the user must not reach this server.
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    identity: options.identity,
    cwd: options.dataFolder,
    logFile: options.logFile,
    watchdog: options.watchdog,
    crashSignal: 'QUIT',
    stopSteps: [
      { signal: 'SIGINT', patienceMs: 5_000 },
      { signal: 'SIGQUIT', patienceMs: 3_000 },
    ],
  });
  try {
    await untilReady(server, options);
    return server;
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function untilReady(server: ServerProcess, options: PostgresOptions): Promise<void> {
  const statusFile = join(options.dataFolder, 'postmaster.pid');
  const ready = await pollUntil(
    async () => {
      if (server.exit) throw await startFailure(server);
      // The eighth line says "ready"; this is how pg_ctl waits, too.
      const lines = (await readFile(statusFile, 'utf8').catch(() => '')).split('\n');
      return lines[0]?.trim() === String(server.pid) && lines[7]?.trim() === 'ready' ? true : undefined;
    },
    { intervalMs: 20, deadlineMs: 60_000, signal: options.signal },
  );
  if (!ready) throw new TargetError(`PostgreSQL was not ready after 60 s.\n${await server.logTail()}`);
}

async function startFailure(server: ServerProcess): Promise<Error> {
  const tail = await server.logTail();
  const how = server.exit ? describeExit(server.exit) : '';
  if (server.stopping) return new InterruptedError();
  if (/Address already in use/.test(tail)) return new PortLostError('The port for PostgreSQL was taken.');
  if (/No space left on device/.test(tail)) {
    return new TargetError('PostgreSQL could not start: the disk is full.', [
      'Free some space, or set TABLE_STRESS_DATA to a folder on another disk.',
    ]);
  }
  return new TargetError(`PostgreSQL did not start (${how}). The end of its log:\n${tail}`);
}
