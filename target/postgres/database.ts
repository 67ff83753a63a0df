import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { InterruptedError, UsageError } from '../../contracts/errors.ts';
import { choosePort } from '../ports.ts';
import type { ServerProcess } from '../server-process.ts';
import { connect } from './client.ts';
import { type Cluster, type ClusterOptions, prepareCluster, startOnFreePort } from './cluster.ts';
import { superuser } from './initdb.ts';
import { randomPassword, scramVerifier } from './password.ts';
import { PortLostError, startPostgres } from './server.ts';

const loginRoles = ['postgres', 'authenticator', superuser] as const;

/** A running PostgreSQL that looks like a Supabase project's, with nothing in `public` yet. */
export interface RunningDatabase {
  readonly process: ServerProcess;
  /** On the same port and data, once it has ended. */
  readonly startAgain: () => Promise<ServerProcess>;
  readonly port: number;
  readonly passwords: Readonly<Record<'postgres' | 'authenticator' | 'supabase_admin', string>>;
}

/**
 * Starts the run's database, with passwords of its own.
 *
 * @throws UsageError when the port that was asked for is taken; TargetError when PostgreSQL fails.
 */
export async function startDatabase(
  options: ClusterOptions & { port?: number | undefined },
): Promise<RunningDatabase> {
  const asked = options.port === undefined ? undefined : await choosePort(options.port, 'PostgreSQL');
  const cluster = await prepareCluster(options);
  try {
    return await startCluster(cluster, options, asked);
  } catch (error) {
    const expected = error instanceof UsageError || error instanceof InterruptedError;
    if (cluster.copiedFrom === null || expected || error instanceof PortLostError) throw error;
    // A template that was cut short, by a full disk or a power failure, is no reason to fail: make it again.
    await cluster.copiedFrom.discard();
    await rm(join(options.folder, 'data'), { recursive: true, force: true });
    return startCluster(await prepareCluster(options, true), options, asked);
  }
}

async function startCluster(
  cluster: Cluster,
  options: ClusterOptions,
  asked: number | undefined,
): Promise<RunningDatabase> {
  const settings = { ...options, dataFolder: cluster.dataFolder, durable: true };
  const { server, port } =
    asked === undefined
      ? await startOnFreePort(settings)
      : { server: await startPostgres({ ...settings, port: asked }), port: asked };
  try {
    const passwords = {
      postgres: randomPassword(),
      authenticator: randomPassword(),
      [superuser]: randomPassword(),
    };
    const sql = connect({ port, user: superuser, password: cluster.password });
    try {
      for (const role of loginRoles) {
        await sql.unsafe(`alter role ${role} password '${scramVerifier(passwords[role])}'`);
      }
      await sql.unsafe('select extensions.pg_stat_statements_reset()');
    } finally {
      await sql.end({ timeout: 1 });
    }
    const { signal: _, ...later } = settings;
    return { process: server, startAgain: () => startPostgres({ ...later, port }), port, passwords };
  } catch (error) {
    await server.stop();
    throw error;
  }
}
