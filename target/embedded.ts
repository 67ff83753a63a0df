import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError, TargetError } from '../contracts/errors.ts';
import { silent } from '../contracts/progress.ts';
import type { EmbeddedOptions, EmbeddedSupabase } from './embedded-supabase.ts';
import { firstFailure } from './first-failure.ts';
import { startGateway } from './gateway/gateway.ts';
import { createKeys } from './keys.ts';
import { listMigrations } from './migrations/list.ts';
import { migrateDatabase } from './migrations/migrate.ts';
import { choosePort } from './ports.ts';
import { findPostgres } from './postgres/binaries.ts';
import { createRunFolder } from './postgres/data-folder.ts';
import { startDatabase } from './postgres/database.ts';
import { serverIdentity } from './postgres/identity.ts';
import { startPostgrest } from './postgrest.ts';
import { findPostgrest } from './postgrest-binary.ts';
import { Restartable } from './restartable.ts';
import { suspend } from './suspend.ts';
import { startWatchdog } from './watchdog.ts';

export type { EmbeddedOptions, EmbeddedSupabase } from './embedded-supabase.ts';

/**
 * Starts a Supabase project on this machine, in about a second once the template exists. Several can run at once.
 * `stop` leaves no process and no file behind; if this process dies without calling it, a watchdog does the same.
 *
 * @throws UsageError for a taken port, an unusable data folder or migrations folder.
 * @throws TargetError when a program is missing or fails, or a migration does.
 * @throws InterruptedError when the signal fires during the start.
 */
export async function startEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedSupabase> {
  if (process.platform === 'win32') {
    throw new TargetError('The local target runs on Linux and macOS.', ['On Windows, use WSL.']);
  }
  const undo: (() => Promise<unknown>)[] = [];
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= (async () => {
      const errors: unknown[] = [];
      // One step that fails must not keep the others from being taken.
      for (const step of undo.toReversed()) await step().catch((error: unknown) => errors.push(error));
      if (errors.length > 0) throw errors[0];
    })();
    return stopped;
  };
  try {
    return await start(options, undo, stop);
  } catch (error) {
    await stop().catch(() => {});
    throw error;
  }
}

async function start(
  options: EmbeddedOptions,
  undo: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<EmbeddedSupabase> {
  const progress = options.progress ?? silent;
  const { signal } = options;
  const interruptible = () => {
    if (signal?.aborted) throw new InterruptedError();
  };
  interruptible();
  await checkInputs(options);
  const identity = await serverIdentity();
  const [binaries, postgrestBinary] = await Promise.all([findPostgres(identity), findPostgrest()]);

  const watchdog = await startWatchdog();
  undo.push(() => watchdog.dismiss());
  const folder = await createRunFolder(identity, options.dataParent);
  watchdog.removeFolder(folder);
  undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 }));
  const logFiles = { postgresql: join(folder, 'postgresql.log'), postgrest: join(folder, 'postgrest.log') };

  interruptible();
  const database = await startDatabase({
    binaries,
    identity,
    folder,
    logFile: logFiles.postgresql,
    port: options.ports?.database,
    watchdog,
    progress,
    signal,
  });
  const postgresql = new Restartable(database.process, database.startAgain);
  undo.push(() => postgresql.stop());
  interruptible();

  const migrationReport = options.migrations
    ? await migrateDatabase(database, options.migrations, options, undo)
    : null;

  interruptible();
  const keys = await createKeys(options.projectRef);
  const postgrestOptions = {
    binary: postgrestBinary,
    databasePort: database.port,
    authenticatorPassword: database.passwords.authenticator,
    jwtSecret: keys.jwtSecret,
    folder,
    logFile: logFiles.postgrest,
    port: options.ports?.postgrest,
    poolSize: options.poolSize ?? 10,
    listensForReloads: options.listensForReloads ?? true,
    watchdog,
  };
  const postgrest = await startPostgrest({ ...postgrestOptions, signal });
  const { port, adminPort } = postgrest;
  const rest = new Restartable(
    postgrest.process,
    async () => (await startPostgrest({ ...postgrestOptions, port, adminPort })).process,
  );
  undo.push(() => rest.stop());
  const gateway = await startGateway({
    keys,
    upstreamPort: port,
    projectRef: options.projectRef,
    port: options.ports?.gateway,
    upstreamTimeoutMs: options.gatewayTimeoutMs,
  });
  undo.push(() => gateway.close());
  interruptible();

  const postgrestUrl = `http://127.0.0.1:${port}`;
  const { passwords } = database;
  const databaseUrl = (user: string, password: string) =>
    `postgres://${user}:${encodeURIComponent(password)}@127.0.0.1:${database.port}/postgres`;
  const secrets = [
    ...Object.values(passwords),
    keys.jwtSecret,
    keys.anonKey,
    keys.serviceRoleKey,
    keys.publishableKey,
    keys.secretApiKey,
  ];
  const versions = { postgresql: binaries.version, postgrest: postgrestBinary.version };
  return {
    ...keys,
    kind: 'local',
    project: 'local',
    description: `local (PostgreSQL ${versions.postgresql}, PostgREST ${versions.postgrest}) at ${gateway.url}`,
    supabaseUrl: gateway.url,
    restUrl: options.viaGateway ? `${gateway.url}/rest/v1` : postgrestUrl,
    secretKey: keys.serviceRoleKey,
    databaseUrl: databaseUrl('postgres', passwords.postgres),
    superuserUrl: databaseUrl('supabase_admin', passwords.supabase_admin),
    postgrestUrl,
    postgrestAdminUrl: `http://127.0.0.1:${adminPort}`,
    get processes() {
      return { postgresql: postgresql.current.pid, postgrest: rest.current.pid, watchdog: watchdog.pid };
    },
    logFiles,
    folder,
    migrations: migrationReport?.applied ?? [],
    migrationReport,
    versions,
    secrets,
    failure: firstFailure([postgresql, rest], secrets),
    faults: {
      crashDatabase: () => postgresql.restart('SIGQUIT'),
      pauseDatabase: (milliseconds, ended) => suspend(postgresql.current.pid, milliseconds, ended),
      restartPostgrest: () => rest.restart('SIGTERM'),
      disturbRequests: (decide) => gateway.disturb(decide),
    },
    superviseProcess: (pid) => watchdog.supervise(pid),
    stop,
  };
}

/** What the user got wrong is said before anything is started. */
async function checkInputs({ migrations, ports = {} }: EmbeddedOptions): Promise<void> {
  if (migrations !== undefined) await listMigrations(migrations);
  for (const [part, port] of Object.entries(ports)) await choosePort(port, part);
}
