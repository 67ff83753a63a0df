import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { discard, publish, usableCache } from '../cache.ts';
import type { PostgresBinaries } from './binaries.ts';
import { readPrelude } from './prelude.ts';
import { hostBasedAuthentication, serverSettings } from './settings.ts';

/** Raised when the layout of a template changes in a way that its inputs do not show. */
const layout = 1;

/** A stopped cluster with the prelude applied, kept in the cache: copying it is faster than making it. */
export interface Template {
  readonly path: string;
  /** Copies the cluster to `dataFolder`; returns the superuser's password in it, or null when there is none yet. */
  copyTo(dataFolder: string): Promise<string | null>;
  /** Keeps a stopped cluster for later runs. A cache that cannot be written is no error. */
  save(dataFolder: string, password: string): Promise<void>;
  /** Removes a template that turned out to be damaged. */
  discard(): Promise<void>;
}

/** The template for these programs, settings and prelude, or null without a usable cache. */
export async function findTemplate(binaries: PostgresBinaries): Promise<Template | null> {
  const cache = await usableCache();
  if (cache === null) return null;
  // Its files belong to the user who runs the server: another user's template could not be read.
  const user = process.getuid?.() ?? 0;
  const path = join(cache, 'templates', `${binaries.version}-${await templateKey(binaries)}-${user}`);
  return {
    path,
    async copyTo(dataFolder) {
      try {
        const password = (await readFile(join(path, 'password'), 'utf8')).trim();
        await copyFolder(join(path, 'data'), dataFolder);
        return password;
      } catch {
        await rm(dataFolder, { recursive: true, force: true });
        return null;
      }
    },
    async save(dataFolder, password) {
      try {
        await publish(path, async (staging) => {
          await mkdir(staging, { mode: 0o700 });
          await writeFile(join(staging, 'password'), password, { mode: 0o600 });
          await copyFolder(dataFolder, join(staging, 'data'));
        });
      } catch {}
    },
    discard: () => discard(path).catch(() => {}),
  };
}

async function templateKey(binaries: PostgresBinaries): Promise<string> {
  const hash = createHash('sha256');
  const parts = [String(layout), binaries.version, process.platform, process.arch];
  parts.push(serverSettings, hostBasedAuthentication);
  for (const { name, text } of await readPrelude()) parts.push(name, text);
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex').slice(0, 16);
}

/** By `cp`, which is twice as fast as Node's for a thousand small files and shares blocks where it can. */
async function copyFolder(from: string, to: string): Promise<void> {
  if (process.platform === 'darwin') {
    // -c clones; it fails across volumes.
    const cloned = await execa('cp', ['-a', '-c', from, to], { reject: false });
    if (!cloned.failed) return;
    await rm(to, { recursive: true, force: true });
  }
  await execa('cp', ['-a', from, to]);
}
