import { chmod } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '../../contracts/progress.ts';
import { freePort } from '../ports.ts';
import type { ServerProcess } from '../server-process.ts';
import type { Watchdog } from '../watchdog.ts';
import type { PostgresBinaries } from './binaries.ts';
import { connect } from './client.ts';
import { giveTo } from './data-folder.ts';
import type { Identity } from './identity.ts';
import { initializeCluster, superuser } from './initdb.ts';
import { randomPassword } from './password.ts';
import { applyPrelude } from './prelude.ts';
import { PortLostError, type PostgresOptions, startPostgres } from './server.ts';
import { findTemplate, type Template } from './template.ts';

export interface ClusterOptions {
  binaries: PostgresBinaries;
  identity: Identity | null;
  /** The run's folder; the data go below it. */
  folder: string;
  logFile: string;
  watchdog: Watchdog;
  progress: Progress;
  signal?: AbortSignal | undefined;
}

/** A stopped cluster that is ready to be started for a run. */
export interface Cluster {
  readonly dataFolder: string;
  /** The superuser's password until the run sets its own. */
  readonly password: string;
  /** The template that it was copied from, or null when it was made from nothing. */
  readonly copiedFrom: Template | null;
}

/**
 * Makes the run's data folder: a copy of the template, or from nothing on the first start (and when
 * `withoutTemplate` is true), which then becomes the template.
 */
export async function prepareCluster(options: ClusterOptions, withoutTemplate = false): Promise<Cluster> {
  const dataFolder = join(options.folder, 'data');
  const template = await findTemplate(options.binaries);
  const known = withoutTemplate ? null : await template?.copyTo(dataFolder);
  if (known && template) {
    if (options.identity) await giveTo(options.identity, dataFolder);
    await chmod(dataFolder, 0o700);
    return { dataFolder, password: known, copiedFrom: template };
  }
  options.progress('creating the local database (first start only)');
  const password = randomPassword();
  await initializeCluster({ ...options, dataFolder, password });
  const { server, port } = await startOnFreePort({ ...options, dataFolder, durable: false });
  try {
    const sql = connect({ port, user: superuser, password });
    try {
      await applyPrelude(sql);
    } finally {
      await sql.end({ timeout: 1 });
    }
  } finally {
    await server.stop();
  }
  await template?.save(dataFolder, password);
  return { dataFolder, password, copiedFrom: null };
}

/** Starts PostgreSQL on a free port; another one when somebody else was faster. */
export async function startOnFreePort(
  options: Omit<PostgresOptions, 'port'>,
): Promise<{ server: ServerProcess; port: number }> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    try {
      return { server: await startPostgres({ ...options, port }), port };
    } catch (error) {
      if (!(error instanceof PortLostError) || attempt === 5) throw error;
    }
  }
}
