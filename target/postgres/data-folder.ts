import { chown, mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { messageOf, UsageError } from '../../contracts/errors.ts';
import type { Identity } from './identity.ts';

/**
 * A new, private folder for one run's database and logs: in `TABLE_STRESS_DATA` when that is set, else in the
 * first temporary folder that the server's user can reach.
 *
 * @throws UsageError saying why no folder could be made.
 */
export async function createRunFolder(identity: Identity | null, parent?: string): Promise<string> {
  const asked = parent ?? process.env.TABLE_STRESS_DATA;
  const reasons: string[] = [];
  for (const candidate of asked ? [asked] : new Set([tmpdir(), '/tmp', '/var/tmp'])) {
    const made = await createIn(candidate, identity).catch((error: unknown) => new Error(messageOf(error)));
    if (typeof made === 'string') return made;
    reasons.push(`${candidate}: ${made.message}`);
  }
  throw new UsageError(
    `There is no place for the database:\n${reasons.map((line) => `  ${line}`).join('\n')}`,
    ['Set TABLE_STRESS_DATA to an existing folder that can be written.'],
  );
}

async function createIn(parent: string, identity: Identity | null): Promise<string> {
  // Resolved: PostgreSQL compares paths, and on macOS the temporary folder is behind a link.
  const folder = await mkdtemp(join(await realpath(parent), 'table-stress-'));
  if (identity === null) return folder;
  try {
    await chown(folder, identity.uid, identity.gid);
    const probe = await execa('/bin/sh', ['-c', 'cd "$1" && test -w .', 'sh', folder], {
      uid: identity.uid,
      gid: identity.gid,
      cwd: '/',
      reject: false,
    });
    if (probe.exitCode === 0) return folder;
    throw new Error(`the user ${identity.name}, who runs the database for root, cannot enter it`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

/** Gives a whole folder to the user who runs the server. */
export async function giveTo(identity: Identity, path: string): Promise<void> {
  await execa('chown', ['-R', `${identity.uid}:${identity.gid}`, path]);
}
