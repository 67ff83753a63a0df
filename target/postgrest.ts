import { messageOf, TargetError } from '../contracts/errors.ts';
import { pollUntil } from './polling.ts';
import { choosePort, freePort } from './ports.ts';
import type { PostgrestBinary } from './postgrest-binary.ts';
import { describeExit, type ServerProcess, startServer } from './server-process.ts';
import type { Watchdog } from './watchdog.ts';

export interface PostgrestOptions {
  binary: PostgrestBinary;
  databasePort: number;
  authenticatorPassword: string;
  jwtSecret: string;
  folder: string;
  logFile: string;
  /** A free one when left out. */
  port?: number | undefined;
  adminPort?: number | undefined;
  /** Database connections that PostgREST holds at most. */
  poolSize: number;
  listensForReloads: boolean;
  watchdog: Watchdog;
  signal?: AbortSignal | undefined;
}

export interface RunningPostgrest {
  readonly process: ServerProcess;
  readonly port: number;
  /** Where `/ready`, `/live`, `/config` and, from version 12.1 on, `/metrics` answer. */
  readonly adminPort: number;
}

/**
 * Starts PostgREST and waits until it has read the schema.
 *
 * @throws TargetError with the last lines of its log.
 */
export async function startPostgrest(options: PostgrestOptions): Promise<RunningPostgrest> {
  for (let attempt = 1; ; attempt++) {
    const port = await choosePort(options.port, 'PostgREST');
    const adminPort = options.adminPort ?? (await freePort());
    const server = await startServer({
      name: 'PostgREST',
      command: options.binary.path,
      args: [],
      env: configuration(options, port, adminPort),
      cwd: options.folder,
      logFile: options.logFile,
      watchdog: options.watchdog,
      crashSignal: 'KILL',
      stopSteps: [{ signal: 'SIGTERM', patienceMs: 3_000 }],
    });
    try {
      await untilReady(server, adminPort, options.signal);
      return { process: server, port, adminPort };
    } catch (error) {
      await server.stop();
      // Somebody else took the port between our look and PostgREST's bind.
      const lost = /resource busy|address already in use/i.test(await server.logTail(3));
      if (!lost || options.port !== undefined || attempt === 5) throw error;
    }
  }
}

/** Through the environment only: command lines can be read by every user of the machine. */
function configuration(options: PostgrestOptions, port: number, adminPort: number): Record<string, string> {
  const password = encodeURIComponent(options.authenticatorPassword);
  return {
    PATH: process.env.PATH ?? '/usr/bin:/bin',
    LANG: 'C.UTF-8',
    PGRST_DB_URI: `postgres://authenticator:${password}@127.0.0.1:${options.databasePort}/postgres`,
    PGRST_DB_SCHEMAS: 'public',
    PGRST_DB_ANON_ROLE: 'anon',
    PGRST_DB_EXTRA_SEARCH_PATH: 'public, extensions',
    PGRST_DB_POOL: String(options.poolSize),
    PGRST_DB_POOL_ACQUISITION_TIMEOUT: '10',
    // Like a hosted project: a longer answer is cut, so readers have to page.
    PGRST_DB_MAX_ROWS: '1000',
    PGRST_DB_CHANNEL_ENABLED: String(options.listensForReloads),
    PGRST_JWT_SECRET: options.jwtSecret,
    PGRST_SERVER_HOST: '127.0.0.1',
    PGRST_SERVER_PORT: String(port),
    PGRST_ADMIN_SERVER_PORT: String(adminPort),
    PGRST_LOG_LEVEL: 'error',
  };
}

async function untilReady(server: ServerProcess, adminPort: number, signal?: AbortSignal): Promise<void> {
  let last = 'no answer';
  const ready = await pollUntil(
    async () => {
      if (server.exit) {
        const tail = await server.logTail();
        throw new TargetError(`PostgREST did not start (${describeExit(server.exit)}):\n${tail}`);
      }
      try {
        const answer = await fetch(`http://127.0.0.1:${adminPort}/ready`, {
          signal: AbortSignal.timeout(2_000),
        });
        await answer.arrayBuffer();
        last = `HTTP ${answer.status}`;
        return answer.ok ? true : undefined;
      } catch (error) {
        last = messageOf(error);
        return undefined;
      }
    },
    { intervalMs: 25, deadlineMs: 30_000, signal },
  );
  if (!ready) {
    throw new TargetError(`PostgREST was not ready after 30 s (${last}):\n${await server.logTail()}`);
  }
}
