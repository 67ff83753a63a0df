import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { access, mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { homedir, tmpdir, userInfo } from 'node:os';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';

const abandonedAfterMs = 24 * 60 * 60 * 1000;

/**
 * Where what is slow to make is kept between runs: `TABLE_STRESS_CACHE`, else the platform's cache folder.
 * The folder may not exist yet.
 */
export function cacheDirectory(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  if (env.TABLE_STRESS_CACHE) return resolve(env.TABLE_STRESS_CACHE);
  // The XDG specification says that a relative value is to be ignored.
  if (env.XDG_CACHE_HOME && isAbsolute(env.XDG_CACHE_HOME)) return join(env.XDG_CACHE_HOME, 'table-stress');
  const home = env.HOME || homedir();
  return platform === 'darwin'
    ? join(home, 'Library', 'Caches', 'table-stress')
    : join(home, '.cache', 'table-stress');
}

/**
 * The cache folder, made when missing; when it cannot be written (a read-only home, a folder left by another
 * user), a folder of this user under the system's temporary folder; null when that cannot be written either.
 */
export async function usableCache(env: NodeJS.ProcessEnv = process.env): Promise<string | null> {
  const fallback = join(tmpdir(), `table-stress-cache-${userInfo().uid}`);
  for (const folder of [cacheDirectory(env), fallback]) {
    try {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
      if (folder === fallback && !(await isPrivate(folder))) continue;
      return folder;
    } catch {}
  }
  return null;
}

/** Ours and writable by nobody else: a name in a shared temporary folder can be taken by another user first. */
export async function isPrivate(folder: string): Promise<boolean> {
  const { uid, mode } = await stat(folder);
  return uid === userInfo().uid && (mode & 0o022) === 0;
}

/**
 * Makes `target` (a file or a folder) as a whole or not at all: `build` writes to a path beside it, which is then
 * renamed. With several builders at once the first to finish wins and the others' work is discarded.
 *
 * @returns true when this call's work is what is there now.
 * @throws whatever `build` throws, after removing what it left.
 */
export async function publish(target: string, build: (staging: string) => Promise<void>): Promise<boolean> {
  await mkdir(dirname(target), { recursive: true, mode: 0o700 });
  await removeAbandoned(target);
  const staging = `${target}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await build(staging);
    await rename(staging, target);
    return true;
  } catch (error) {
    await rm(staging, { recursive: true, force: true });
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'ENOTEMPTY' || code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a published entry away at once, also while others read it, then deletes it. */
export async function discard(target: string): Promise<void> {
  const grave = `${target}.tmp-${process.pid}-${randomBytes(4).toString('hex')}`;
  try {
    await rename(target, grave);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw error;
  }
  await rm(grave, { recursive: true, force: true });
}

/** Builders that were killed leave their staging path behind. */
async function removeAbandoned(target: string): Promise<void> {
  const prefix = `${basename(target)}.tmp-`;
  for (const name of await readdir(dirname(target))) {
    if (!name.startsWith(prefix)) continue;
    const path = join(dirname(target), name);
    try {
      if (Date.now() - (await stat(path)).mtimeMs > abandonedAfterMs) await rm(path, { recursive: true });
    } catch {}
  }
}
