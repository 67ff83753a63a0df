import { constants } from 'node:fs';
import { access, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname } from 'node:path';
import { execa } from 'execa';
import { messageOf, StressError } from '../contracts/errors.ts';
import { cacheDirectory, usableCache } from './cache.ts';
import { findGo } from './k6/build.ts';
import { type K6Options, lookUpK6 } from './k6/resolve.ts';
import { freePort } from './ports.ts';
import { findPostgres } from './postgres/binaries.ts';
import { serverIdentity } from './postgres/identity.ts';
import { findPostgrest } from './postgrest-binary.ts';

/** One line of a report on what this machine has to offer. */
export interface Check {
  readonly name: string;
  /** `warn`: it works, but slower or with less; `fail`: a run cannot start. */
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  /** What to do about it. */
  readonly fix?: string;
  /** More for people below it, for instance a table. */
  readonly lines?: readonly string[];
}

export interface CheckOptions {
  /** Where run folders go. */
  runsFolder: string;
  k6?: K6Options | undefined;
  /** `process.versions.node` */
  nodeVersion?: string | undefined;
}

/** Everything that a local run needs. Starts and installs nothing; never throws. */
export async function checkMachine(options: CheckOptions): Promise<Check[]> {
  const env = options.k6?.env ?? process.env;
  const folders = [
    { name: 'data folder', path: env.TABLE_STRESS_DATA || tmpdir() },
    { name: 'runs folder', path: options.runsFolder },
  ];
  const groups = await Promise.all([
    checkNode(options.nodeVersion ?? process.versions.node),
    checkK6(options.k6 ?? {}),
    checkPostgres(),
    checkPostgrest(env),
    checkPort(),
    checkCache(env),
    ...folders.map(({ name, path }) => checkFolder(name, path)),
  ]);
  return groups.flat();
}

/** Node 20.19 or later, for `--import` and for what the dependencies need. */
export function checkNode(version: string): Check {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const enough = major > 20 || (major === 20 && minor >= 19);
  if (enough) return { name: 'Node.js', status: 'ok', detail: version };
  return { name: 'Node.js', status: 'fail', detail: version, fix: 'Install Node.js 20.19 or later.' };
}

/** The k6 that a run would use, and whether one could be built. */
export async function checkK6(options: K6Options): Promise<Check[]> {
  const go = await checkGo(options);
  try {
    const { program, tried } = await lookUpK6(options);
    if (program) {
      const detail = `${program.version} (${program.source}: ${program.path})`;
      return [{ name: 'k6', status: 'ok', detail }, go];
    }
    const detail = `not there yet: ${tried.join('; ')}`;
    const way =
      go.status === 'ok' ? 'download it, or build it with Go in about a minute' : 'try to download it';
    const fix = `The first run will ${way}. To avoid that, install k6 2.x or set K6_BIN.`;
    return [{ name: 'k6', status: 'warn', detail, fix }, go];
  } catch (error) {
    return [failed('k6', error), go];
  }
}

async function checkGo(options: K6Options): Promise<Check> {
  const env = options.env ?? process.env;
  const go = await findGo(env, options.goPlaces);
  const fix = 'Only needed to build k6 when no release can be downloaded: https://go.dev/dl/';
  if (go === null) return { name: 'Go', status: 'warn', detail: 'not installed', fix };
  const result = await execa(go, ['version'], { reject: false, timeout: 20_000 });
  if (result.failed) return { name: 'Go', status: 'warn', detail: `${go} does not run`, fix };
  return { name: 'Go', status: 'ok', detail: `${result.stdout.replace(/^go version /, '')} (${go})` };
}

async function checkPostgres(): Promise<Check> {
  try {
    const identity = await serverIdentity();
    const { version, postgres } = await findPostgres(identity);
    const user = identity ? `, as the user ${identity.name}` : '';
    return { name: 'PostgreSQL', status: 'ok', detail: `${version}${user} (${postgres})` };
  } catch (error) {
    return failed('PostgreSQL', error);
  }
}

async function checkPostgrest(env: NodeJS.ProcessEnv): Promise<Check> {
  try {
    const { version, source, path } = await findPostgrest({ env });
    return { name: 'PostgREST', status: 'ok', detail: `${version} (${source}: ${path})` };
  } catch (error) {
    return failed('PostgREST', error);
  }
}

async function checkPort(): Promise<Check> {
  try {
    return { name: 'loopback port', status: 'ok', detail: `127.0.0.1:${await freePort()} can be bound` };
  } catch (error) {
    return failed('loopback port', error, 'Allow this program to listen on 127.0.0.1.');
  }
}

async function checkCache(env: NodeJS.ProcessEnv): Promise<Check> {
  const wanted = cacheDirectory(env);
  const used = await usableCache(env);
  if (used === wanted) return checkFolder('cache folder', used);
  const detail = used === null ? `${wanted} cannot be written` : `${wanted} cannot be written; using ${used}`;
  return {
    name: 'cache folder',
    status: 'warn',
    detail,
    fix: 'Set TABLE_STRESS_CACHE to a folder of yours.',
  };
}

const neededBytes = 512 * 2 ** 20;
const comfortableBytes = 2 * 2 ** 30;

/** Whether a folder can be written (it, or the one that it would be made in) and has room for a run. */
export async function checkFolder(name: string, path: string): Promise<Check> {
  try {
    const existing = await nearestExisting(path);
    await access(existing, constants.W_OK | constants.X_OK);
    const { bavail, bsize } = await statfs(existing);
    const free = bavail * bsize;
    const detail = `${path}, ${(free / 2 ** 30).toFixed(1)} GiB free`;
    const fix = 'Free some space: a run writes the database, its log and the history there.';
    if (free < neededBytes) return { name, status: 'fail', detail, fix };
    if (free < comfortableBytes) return { name, status: 'warn', detail, fix };
    return { name, status: 'ok', detail };
  } catch (error) {
    return failed(name, error, `Make ${path} writable, or choose another folder.`);
  }
}

async function nearestExisting(path: string): Promise<string> {
  for (let folder = path; ; folder = dirname(folder)) {
    const exists = await access(folder).then(
      () => true,
      () => false,
    );
    if (exists || dirname(folder) === folder) return folder;
  }
}

function failed(name: string, error: unknown, fix?: string): Check {
  const advice = fix ?? (error instanceof StressError ? error.fixes.join(' ') : '');
  const check = { name, status: 'fail' as const, detail: messageOf(error) };
  return advice === '' ? check : { ...check, fix: advice };
}
