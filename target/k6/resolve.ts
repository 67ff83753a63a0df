import { join } from 'node:path';
import { InterruptedError, messageOf, TargetError, UsageError } from '../../contracts/errors.ts';
import { type Progress, silent } from '../../contracts/progress.ts';
import { publish, usableCache } from '../cache.ts';
import { withLock } from '../lock.ts';
import { buildK6, findGo } from './build.ts';
import { type DownloadLimits, downloadK6 } from './download.ts';
import { k6Version, probeK6, programsOnPath } from './program.ts';
import { k6Asset, officialReleases } from './release.ts';

/** A k6 that runs here. */
export interface K6Program {
  readonly path: string;
  readonly version: string;
  readonly source: 'K6_BIN' | 'PATH' | 'cache' | 'download' | 'go';
}

/** Everything has a default; tests replace what they need. */
export interface K6Options {
  /** Read: `K6_BIN`, `PATH`, `TABLE_STRESS_CACHE`, `TABLE_STRESS_K6_RELEASES` (a base URL, or `none`). */
  env?: NodeJS.ProcessEnv | undefined;
  platform?: string | undefined;
  arch?: string | undefined;
  progress?: Progress | undefined;
  signal?: AbortSignal | undefined;
  limits?: DownloadLimits | undefined;
  /** Folders to look for Go in after PATH. */
  goPlaces?: string[] | undefined;
  /** The Go module to build from. */
  module?: string | undefined;
}

/** What is there already, without downloading or building; `tried` says why the other ways failed. */
export interface K6Lookup {
  readonly program: K6Program | null;
  readonly tried: readonly string[];
}

/**
 * Looks for k6 in `K6_BIN`, on PATH and in the cache.
 *
 * @throws UsageError when `K6_BIN` is given and is no usable k6: it is never skipped in silence.
 */
export async function lookUpK6(options: K6Options = {}): Promise<K6Lookup> {
  const env = options.env ?? process.env;
  const tried: string[] = [];
  if (env.K6_BIN) {
    const probe = await probeK6(env.K6_BIN);
    if ('version' in probe) return { program: { path: env.K6_BIN, ...probe, source: 'K6_BIN' }, tried };
    throw new UsageError(`K6_BIN is set to ${env.K6_BIN}, which cannot be used: ${probe.reason}`, [
      'Correct K6_BIN, or unset it to have k6 found or built.',
    ]);
  }
  const onPath = await programsOnPath('k6', env);
  for (const path of onPath) {
    const probe = await probeK6(path);
    if ('version' in probe) return { program: { path, ...probe, source: 'PATH' }, tried };
    tried.push(`${path}: ${probe.reason}`);
  }
  if (onPath.length === 0) tried.push('PATH: no program named k6');
  const cached = await cachePath(options);
  if (cached === null) tried.push('cache: no folder can be written; set TABLE_STRESS_CACHE');
  else {
    const probe = await probeK6(cached);
    if ('version' in probe) return { program: { path: cached, ...probe, source: 'cache' }, tried };
    tried.push(`cache: ${probe.reason.includes('ENOENT') ? 'not there yet' : probe.reason} (${cached})`);
  }
  return { program: null, tried };
}

/**
 * Finds k6, or gets it: `K6_BIN`, PATH, cache, download of the official release, build with Go.
 *
 * @throws UsageError when `K6_BIN` is unusable; InterruptedError; TargetError listing every way and why it failed.
 */
export async function resolveK6(options: K6Options = {}): Promise<K6Program> {
  const { program, tried } = await lookUpK6(options);
  if (program) return program;
  const target = await cachePath(options);
  if (target === null) throw notFound(tried);
  const progress = options.progress ?? silent;
  return withLock(
    `${target}.lock`,
    async () => {
      // Whoever held the lock may just have done the work.
      const probe = await probeK6(target);
      if ('version' in probe) return { path: target, ...probe, source: 'cache' };
      return acquire(target, options, [...tried]);
    },
    { onWait: () => progress('waiting for another process that is getting k6'), signal: options.signal },
  );
}

async function acquire(target: string, options: K6Options, tried: string[]): Promise<K6Program> {
  const ways = [
    { source: 'download', name: 'download', make: (staging: string) => download(staging, options) },
    { source: 'go', name: 'build with Go', make: (staging: string) => build(staging, options) },
  ] as const;
  for (const { source, name, make } of ways) {
    try {
      let version = '';
      await publish(target, async (staging) => {
        await make(staging);
        const probe = await probeK6(staging);
        if ('reason' in probe) throw new Error(`what came out does not run: ${probe.reason}`);
        version = probe.version;
      });
      return { path: target, version, source };
    } catch (error) {
      if (options.signal?.aborted) throw new InterruptedError();
      tried.push(`${name}: ${messageOf(error)}`);
    }
  }
  throw notFound(tried);
}

async function download(staging: string, options: K6Options): Promise<void> {
  const base = (options.env ?? process.env).TABLE_STRESS_K6_RELEASES || officialReleases;
  if (base === 'none') throw new Error('switched off by TABLE_STRESS_K6_RELEASES=none');
  const { platform, arch } = platformOf(options);
  const asset = k6Asset(platform, arch, base);
  if (asset === null) throw new Error(`there is no release for ${platform} ${arch}`);
  const { signal, limits } = options;
  await downloadK6(asset, staging, { progress: options.progress ?? silent, signal, limits });
}

async function build(staging: string, options: K6Options): Promise<void> {
  const env = options.env ?? process.env;
  const go = await findGo(env, options.goPlaces);
  if (go === null) throw new Error('Go is not installed');
  const { module, signal } = options;
  await buildK6({ go, target: staging, env, module, progress: options.progress ?? silent, signal });
}

async function cachePath(options: K6Options): Promise<string | null> {
  const cache = await usableCache(options.env);
  const { platform, arch } = platformOf(options);
  const name = platform === 'win32' ? 'k6.exe' : 'k6';
  return cache && join(cache, 'k6', `${k6Version}-${platform}-${arch}`, name);
}

function platformOf(options: K6Options): { platform: string; arch: string } {
  return { platform: options.platform ?? process.platform, arch: options.arch ?? process.arch };
}

function notFound(tried: readonly string[]): TargetError {
  return new TargetError(
    `k6 could not be found or made. Tried:\n${tried.map((line) => `  ${line}`).join('\n')}`,
    [
      'Install k6 2.x: https://grafana.com/docs/k6/latest/set-up/install-k6/ (macOS: brew install k6)',
      'Or set K6_BIN to the path of a k6 2.x.',
      'Or install Go (https://go.dev/dl/) and run again: k6 is then built, which takes about a minute.',
    ],
  );
}
