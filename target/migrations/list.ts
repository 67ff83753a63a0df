import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, UsageError } from '../../contracts/errors.ts';

/** The migration files of a folder. */
export interface MigrationList {
  /** The folder that holds them: the given one, or the `migrations` folder inside it. */
  readonly folder: string;
  /** File names, in the order in which they apply. */
  readonly names: readonly string[];
  /** What a person should know about the choice, one sentence each. */
  readonly notes: readonly string[];
}

/** How Supabase's own tool recognises a migration. */
const migrationName = /^(\d+)_.*\.sql$/;

/**
 * Finds the migrations as Supabase's own tool does: `<timestamp>_name.sql` in the folder itself, sorted by name. Of a
 * project or its `supabase` folder, the `migrations` folder is taken. A folder whose SQL files have no timestamps
 * gives all of them, except `seed.sql`.
 *
 * @throws UsageError when the folder is missing, is no folder, cannot be read, or holds no migration.
 */
export async function listMigrations(given: string): Promise<MigrationList> {
  const { folder, notes } = await migrationsFolder(given);
  const entries = await readdir(folder).catch((error: unknown) => refuse(folder, error));
  const files: string[] = [];
  for (const name of entries.sort()) {
    if (/\.sql$/i.test(name) && (await isFile(join(folder, name)))) files.push(name);
  }
  const stamped = files.filter((name) => migrationName.test(name));
  const names = stamped.length > 0 ? stamped : files.filter((name) => name.toLowerCase() !== 'seed.sql');
  if (names.length === 0) {
    throw new UsageError(`The migrations folder ${folder} holds no migration (<timestamp>_name.sql).`, [
      'give the supabase/migrations folder of your project',
    ]);
  }
  const ignored = files.filter((name) => !names.includes(name));
  if (stamped.length === 0) {
    notes.push('No file is named <timestamp>_name.sql; all SQL files are taken, in order of their names.');
  }
  if (ignored.length > 0) notes.push(`Not migrations, so not applied: ${ignored.join(', ')}.`);
  return { folder, names, notes: [...notes, ...repeatedVersions(stamped)] };
}

async function migrationsFolder(given: string): Promise<{ folder: string; notes: string[] }> {
  const found = await stat(given).catch((error: unknown) => refuse(given, error));
  if (!found.isDirectory()) throw new UsageError(`The migrations folder ${given} is not a folder.`);
  for (const inner of ['migrations', join('supabase', 'migrations')]) {
    const folder = join(given, inner);
    const inside = await stat(folder).catch(() => null);
    if (inside?.isDirectory()) return { folder, notes: [`The migrations are those of ${folder}.`] };
  }
  return { folder: given, notes: [] };
}

function refuse(folder: string, error: unknown): never {
  throw new UsageError(`The migrations folder ${folder} cannot be read: ${messageOf(error)}`, [], error);
}

async function isFile(path: string): Promise<boolean> {
  return (await stat(path).catch(() => null))?.isFile() ?? false;
}

/** Supabase's tool records each version once, and so refuses the second file of a version. */
function repeatedVersions(names: readonly string[]): string[] {
  const byVersion = new Map<string, string[]>();
  for (const name of names) {
    const version = migrationName.exec(name)?.[1] ?? '';
    byVersion.set(version, [...(byVersion.get(version) ?? []), name]);
  }
  return [...byVersion]
    .filter(([, same]) => same.length > 1)
    .map(([version, same]) => `Version ${version} is given more than once: ${same.join(', ')}.`);
}
