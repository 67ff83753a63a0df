import { mkdir, readdir, readFile, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { cacheDirectory, discard, publish } from '../../../target/cache.ts';
import { withLock } from '../../../target/lock.ts';
import { scratchFolder } from './scratch.ts';

it.each<[NodeJS.ProcessEnv, NodeJS.Platform, string]>([
  [{ HOME: '/h', TABLE_STRESS_CACHE: '/c', XDG_CACHE_HOME: '/x' }, 'linux', '/c'],
  [{ HOME: '/h', XDG_CACHE_HOME: '/x' }, 'linux', '/x/table-stress'],
  [{ HOME: '/h', XDG_CACHE_HOME: 'relative' }, 'linux', '/h/.cache/table-stress'],
  [{ HOME: '/h' }, 'linux', '/h/.cache/table-stress'],
  [{ HOME: '/h' }, 'darwin', '/h/Library/Caches/table-stress'],
])('cache folder of %j on %s', (env, platform, expected) => {
  expect(cacheDirectory(env, platform)).toBe(expected);
});

describe('publish', () => {
  it('the first of several builders wins, whole, and nothing else is left', async () => {
    const target = join(await scratchFolder(), 'a', 'entry');
    const build = (name: string) => async (staging: string) => {
      await mkdir(staging);
      await writeFile(join(staging, 'one'), name);
      await delay(20);
      await writeFile(join(staging, 'two'), name);
    };
    const won = await Promise.all(['x', 'y', 'z'].map((name) => publish(target, build(name))));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await readFile(join(target, 'one'), 'utf8')).toBe(await readFile(join(target, 'two'), 'utf8'));
    expect(await readdir(join(target, '..'))).toEqual(['entry']);
  });

  it('a builder that fails leaves nothing', async () => {
    const folder = await scratchFolder();
    const failing = publish(join(folder, 'entry'), async (staging) => {
      await writeFile(staging, 'half');
      throw new Error('disk on fire');
    });
    await expect(failing).rejects.toThrow('disk on fire');
    expect(await readdir(folder)).toEqual([]);
  });

  it('removes what builders that were killed left behind, but nothing recent', async () => {
    const folder = await scratchFolder();
    const old = join(folder, 'entry.tmp-1-aa');
    await writeFile(old, '');
    await utimes(old, 1, 1);
    await writeFile(join(folder, 'entry.tmp-2-bb'), '');
    await publish(join(folder, 'entry'), (staging) => writeFile(staging, 'x'));
    expect(await readdir(folder)).toEqual(['entry', 'entry.tmp-2-bb']);
  });
});

it('discarding what is not there is no error', async () => {
  await discard(join(await scratchFolder(), 'nothing'));
});

describe('lock', () => {
  it('lets one in at a time', async () => {
    const path = join(await scratchFolder(), 'lock');
    let inside = 0;
    let most = 0;
    const enter = () =>
      withLock(path, async () => {
        most = Math.max(most, ++inside);
        await delay(20);
        inside--;
      });
    await Promise.all([enter(), enter(), enter()]);
    expect(most).toBe(1);
  });

  it('is taken over from a holder that died', async () => {
    const path = join(await scratchFolder(), 'lock');
    await mkdir(path);
    await utimes(path, 1, 1);
    expect(await withLock(path, async () => 'in')).toBe('in');
  });

  it('waiting can be interrupted', async () => {
    const path = join(await scratchFolder(), 'lock');
    await mkdir(path);
    const signal = AbortSignal.timeout(50);
    await expect(withLock(path, async () => 'in', { signal })).rejects.toThrow('interrupted');
  });
});
