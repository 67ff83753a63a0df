import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { messageOf, TargetError, UsageError } from '../contracts/errors.ts';
import { type Progress, silent } from '../contracts/progress.ts';

/**
 * Applies the `*.sql` files of a folder in the order of their names, as `supabase/migrations` is applied: each file
 * in a transaction of its own.
 *
 * @param sql a single connection, as the role that is to own what the files create.
 * @returns the names of the applied files.
 * @throws UsageError when the folder cannot be read or holds no SQL; TargetError naming file, line and cause.
 */
export async function applyMigrations(
  sql: postgres.Sql,
  folder: string,
  progress: Progress = silent,
): Promise<string[]> {
  const names = await listMigrations(folder);
  for (const name of names) {
    progress(`applying ${name}`);
    const text = await readFile(join(folder, name), 'utf8');
    try {
      await sql.begin((transaction) => transaction.unsafe(text));
      // Settings that a file made for its session, like an empty search_path in a dump, end with the file.
      await sql.unsafe('reset role; reset all');
    } catch (error) {
      throw migrationError(name, text, error);
    }
  }
  return names;
}

/**
 * The names of the migration files in a folder, in the order in which they apply.
 *
 * @throws UsageError when the folder cannot be read or holds no SQL.
 */
export async function listMigrations(folder: string): Promise<string[]> {
  let names: string[];
  try {
    names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort();
  } catch (error) {
    throw new UsageError(`The migrations folder ${folder} cannot be read: ${messageOf(error)}`, [], error);
  }
  if (names.length === 0) throw new UsageError(`The migrations folder ${folder} holds no .sql file.`);
  return names;
}

function migrationError(name: string, text: string, error: unknown): TargetError {
  if (!(error instanceof postgres.PostgresError)) {
    return new TargetError(`Migration ${name} failed: ${messageOf(error)}`, [], error);
  }
  const place = placeOf(text, Number(error.position));
  const lines = [`Migration ${name}${place?.label ?? ''} failed: ${error.message} (${error.code})`];
  if (place) lines.push(`  ${place.line.trim()}`);
  if (error.detail) lines.push(`  detail: ${error.detail}`);
  if (error.hint) lines.push(`  hint: ${error.hint}`);
  if (error.where) lines.push(`  where: ${error.where}`);
  return new TargetError(lines.join('\n'), [], error);
}

/** PostgreSQL counts characters from 1 over the whole text; JavaScript's strings count UTF-16 units. */
function placeOf(text: string, position: number): { label: string; line: string } | null {
  if (!Number.isInteger(position) || position < 1) return null;
  const before = [...text].slice(0, position - 1).join('');
  const line = before.split('\n').length;
  const column = before.length - before.lastIndexOf('\n');
  return { label: `, line ${line}, column ${column},`, line: text.split('\n')[line - 1] ?? '' };
}
