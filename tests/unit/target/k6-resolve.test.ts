import { existsSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { TargetError, UsageError } from '../../../contracts/errors.ts';
import { type K6Options, lookUpK6, resolveK6 } from '../../../target/k6/resolve.ts';
import { type Fault, serveReleases } from './fake-releases.ts';
import { fakeK6, scratchFolder, script } from './scratch.ts';

/** A fake `go` whose `build -o FILE` writes a k6, and which notes each call. */
const fakeGo = (log: string, version = '2.2.0') =>
  `echo built >>"${log}"; while [ "$1" != -o ]; do shift; done; printf '#!/bin/sh\\n%s\\n' '${fakeK6(version)}' >"$2"; chmod +x "$2"`;

const impatient = { connectMs: 300, stallMs: 300, totalMs: 3_000 };
const patient = { connectMs: 60_000, stallMs: 60_000, totalMs: 120_000 };

interface Setup {
  /** Version of a k6 on PATH. */
  path?: string;
  /** Version of a k6 in the cache. */
  cache?: string;
  /** What K6_BIN is: a version, or `missing`. */
  bin?: string;
  release?: Fault;
  go?: 'works' | 'fails';
}

async function setUp(setup: Setup) {
  const root = await scratchFolder();
  const bin = join(root, 'bin');
  const cached = join(root, 'cache/k6/2.2.0-linux-x64/k6');
  const goLog = join(root, 'go.log');
  await mkdir(bin);
  if (setup.path) await script(join(bin, 'k6'), fakeK6(setup.path));
  if (setup.cache) await script(cached, fakeK6(setup.cache));
  if (setup.go === 'works') await script(join(bin, 'go'), fakeGo(goLog));
  if (setup.go === 'fails') await script(join(bin, 'go'), 'echo "no module proxy" >&2; exit 1');
  const env: NodeJS.ProcessEnv = {
    PATH: `${bin}:/usr/bin:/bin`,
    TABLE_STRESS_CACHE: join(root, 'cache'),
    TABLE_STRESS_K6_RELEASES: 'none',
  };
  if (setup.bin) {
    env.K6_BIN = join(root, 'own', 'k6');
    if (setup.bin !== 'missing') await script(env.K6_BIN, fakeK6(setup.bin));
  }
  const release = setup.release ? await serveReleases(setup.release, fakeK6('2.2.0')) : null;
  if (release) env.TABLE_STRESS_K6_RELEASES = release.base;
  const options: K6Options = {
    env,
    platform: 'linux',
    arch: 'x64',
    goPlaces: [],
    module: root,
    // Short only where nothing is to come: a machine that pauses is no server that is silent.
    limits: setup.release === 'silent' ? impatient : patient,
  };
  return { options, root, bin, cached, goLog, requests: release?.requests ?? [] };
}

describe('the order of the ways to k6', () => {
  it.each<[string, Setup, string]>([
    ['K6_BIN before everything', { bin: '2.1.0', path: '2.3.0', cache: '2.2.0' }, 'K6_BIN 2.1.0'],
    ['PATH before the cache', { path: '2.3.0', cache: '2.2.0' }, 'PATH 2.3.0'],
    ['an old one on PATH is passed over', { path: '1.4.0', cache: '2.2.0' }, 'cache 2.2.0'],
    ['the cache before a download', { cache: '2.2.0', release: 'none' }, 'cache 2.2.0'],
    ['a download before a build', { release: 'none', go: 'works' }, 'download 2.2.0'],
    ['a build when downloads are switched off', { go: 'works' }, 'go 2.2.0'],
    ['wrong checksum', { release: 'wrong checksum', go: 'works' }, 'go 2.2.0'],
    ['no checksum in the list', { release: 'no checksum line', go: 'works' }, 'go 2.2.0'],
    ['download cut short', { release: 'cut', go: 'works' }, 'go 2.2.0'],
    ['release not found', { release: 'not found', go: 'works' }, 'go 2.2.0'],
    ['server that does not answer', { release: 'silent', go: 'works' }, 'go 2.2.0'],
    ['a released program that does not run', { release: 'broken program', go: 'works' }, 'go 2.2.0'],
  ])('%s', async (_, setup, expected) => {
    const { options, cached } = await setUp(setup);
    const found = await resolveK6(options);
    expect(`${found.source} ${found.version}`).toBe(expected);
    expect(existsSync(found.path)).toBe(true);
    expect((await readdir(dirname(cached)).catch(() => ['k6'])).sort()).toEqual(['k6']);
  });
});

describe('what went wrong is said', () => {
  it.each<[Fault, RegExp]>([
    ['wrong checksum', /download: wrong checksum of k6-v2\.2\.0-linux-amd64\.tar\.gz/],
    ['no checksum line', /download: .*does not name k6-v2\.2\.0-linux-amd64/],
    ['cut', /download: .*(terminated|closed|cut short)/],
    ['not found', /download: .*HTTP 404/],
    ['silent', /download: .*no answer within 0\.3 s/],
    ['broken program', /download: what came out does not run/],
  ])('%s', async (fault, reason) => {
    const { options, cached } = await setUp({ release: fault, go: 'fails', path: '1.4.0' });
    const error = await resolveK6(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TargetError);
    const { message, fixes } = error as TargetError;
    expect(message).toMatch(reason);
    expect(message).toMatch(/bin\/k6: it is version 1\.4\.0, needed is 2\.x/);
    expect(message).toMatch(/cache: not there yet/);
    expect(message).toMatch(/build with Go: no module proxy/);
    expect(fixes.join()).toMatch(/K6_BIN/);
    expect(await readdir(dirname(cached))).toEqual([]);
  });

  it('without Go', async () => {
    const { options } = await setUp({});
    await expect(resolveK6(options)).rejects.toThrow(/build with Go: Go is not installed/);
  });

  it.each([
    ['missing', /ENOENT/],
    ['1.4.0', /it is version 1\.4\.0/],
  ])('K6_BIN that is unusable (%s) is an error, not skipped', async (bin, reason) => {
    const { options } = await setUp({ bin, path: '2.2.0' });
    const error = await resolveK6(options).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(UsageError);
    expect((error as UsageError).message).toMatch(reason);
  });
});

it('asks for the checksums and the archive of the pinned release', async () => {
  const { options, requests } = await setUp({ release: 'none' });
  await resolveK6(options);
  expect(requests).toEqual([
    '/download/v2.2.0/k6-v2.2.0-checksums.txt',
    '/download/v2.2.0/k6-v2.2.0-linux-amd64.tar.gz',
  ]);
});

it('reads the zip files of macOS releases', async () => {
  const { options } = await setUp({});
  const { base } = await serveReleases('none', fakeK6('2.2.0'), 'k6-v2.2.0-macos-arm64');
  const env = { ...options.env, TABLE_STRESS_K6_RELEASES: base };
  const found = await resolveK6({ ...options, env, platform: 'darwin', arch: 'arm64' });
  expect(found).toMatchObject({ source: 'download', version: '2.2.0' });
});

it('keeps what it made, and several at once make it once', async () => {
  const { options, goLog } = await setUp({ go: 'works' });
  const found = await Promise.all([resolveK6(options), resolveK6(options), resolveK6(options)]);
  expect(found.map(({ source }) => source).sort()).toEqual(['cache', 'cache', 'go']);
  expect((await resolveK6(options)).source).toBe('cache');
  expect((await readLines(goLog)).length).toBe(1);
});

it('a broken program in the cache is replaced', async () => {
  const { options, cached } = await setUp({ go: 'works' });
  await script(cached, 'exit 1');
  expect(await resolveK6(options)).toMatchObject({ source: 'go', path: cached });
});

it('looking up makes nothing', async () => {
  const { options, requests } = await setUp({ release: 'none', go: 'works' });
  const { program, tried } = await lookUpK6(options);
  expect(program).toBeNull();
  expect(tried).toHaveLength(2);
  expect(requests).toEqual([]);
});

it('an interrupt ends a build and leaves nothing', async () => {
  const { options, root, bin, cached } = await setUp({});
  const building = join(root, 'building');
  await script(join(bin, 'go'), `sleep 100 & echo >"${building}"; sleep 100`);
  const interrupt = new AbortController();
  const began = performance.now();
  const resolved = resolveK6({ ...options, signal: interrupt.signal });
  const ended = expect(resolved).rejects.toThrow('interrupted');
  await vi.waitFor(() => expect(existsSync(building)).toBe(true), { timeout: 60_000 });
  interrupt.abort();
  await ended;
  expect(performance.now() - began).toBeLessThan(90_000);
  expect(await readdir(dirname(cached))).toEqual([]);
});

async function readLines(path: string): Promise<string[]> {
  const { readFile } = await import('node:fs/promises');
  return (await readFile(path, 'utf8')).trim().split('\n');
}
