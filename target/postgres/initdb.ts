import { appendFile, chown, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { InterruptedError, TargetError } from '../../contracts/errors.ts';
import type { Watchdog } from '../watchdog.ts';
import type { PostgresBinaries } from './binaries.ts';
import type { Identity } from './identity.ts';
import { hostBasedAuthentication, serverSettings } from './settings.ts';

/** The name of the cluster's superuser, as on Supabase; `postgres` is an ordinary role there. */
export const superuser = 'supabase_admin';

/**
 * Makes an empty cluster in `dataFolder`, with our settings.
 *
 * @throws TargetError when initdb fails, with what it said; InterruptedError when the signal fires.
 */
export async function initializeCluster(options: {
  binaries: PostgresBinaries;
  identity: Identity | null;
  folder: string;
  dataFolder: string;
  password: string;
  watchdog: Watchdog;
  signal?: AbortSignal | undefined;
}): Promise<void> {
  const { binaries, identity, dataFolder } = options;
  const passwordFile = join(options.folder, 'initial-password');
  await writeFile(passwordFile, `${options.password}\n`, { mode: 0o600 });
  if (identity) await chown(passwordFile, identity.uid, identity.gid);
  try {
    const child = execa(binaries.initdb, initdbArguments(dataFolder, passwordFile), {
      ...(identity ? { uid: identity.uid, gid: identity.gid } : {}),
      ...(options.signal ? { cancelSignal: options.signal } : {}),
      cwd: options.folder,
      env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
      extendEnv: false,
      detached: true,
      reject: false,
      stdin: 'ignore',
    });
    const forget = child.pid === undefined ? () => {} : options.watchdog.supervise(child.pid);
    const result = await child;
    forget();
    if (result.isCanceled) throw new InterruptedError();
    if (result.failed) throw initdbFailure(result.stderr || (result.shortMessage ?? ''));
  } finally {
    await rm(passwordFile, { force: true });
  }
  // Appended: what initdb found out about the machine (shared memory, locale) stays, ours comes later and wins.
  await appendFile(join(dataFolder, 'postgresql.conf'), serverSettings);
  await writeFile(join(dataFolder, 'pg_hba.conf'), hostBasedAuthentication);
}

function initdbArguments(dataFolder: string, passwordFile: string): string[] {
  return [
    `--pgdata=${dataFolder}`,
    `--username=${superuser}`,
    `--pwfile=${passwordFile}`,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    // PostgreSQL's own C.UTF-8: the same order and case rules on every system, also where libc lacks it.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--data-checksums',
    '--no-sync',
    '--no-instructions',
  ];
}

function initdbFailure(output: string): TargetError {
  if (/No space left on device/.test(output)) {
    return new TargetError('The database could not be created: the disk is full.', [
      'Free some space, or set TABLE_STRESS_DATA to a folder on another disk.',
    ]);
  }
  return new TargetError(`The database could not be created. initdb says:\n${output.trim()}`);
}
