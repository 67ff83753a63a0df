import { readdir, readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type postgres from 'postgres';
import { messageOf, TargetError } from '../../contracts/errors.ts';

const folder = new URL('../prelude/', import.meta.url);

/** The SQL that turns an empty cluster into a Supabase project, in order. */
export async function readPrelude(): Promise<{ name: string; text: string }[]> {
  const names = (await readdir(fileURLToPath(folder))).filter((name) => name.endsWith('.sql')).sort();
  return Promise.all(
    names.map(async (name) => ({ name, text: await readFile(new URL(name, folder), 'utf8') })),
  );
}

/**
 * Applies the prelude as the superuser.
 *
 * @throws TargetError naming the file that failed.
 */
export async function applyPrelude(sql: postgres.Sql): Promise<void> {
  for (const { name, text } of await readPrelude()) {
    try {
      await sql.begin((transaction) => transaction.unsafe(text));
    } catch (error) {
      throw new TargetError(`The prelude ${name} failed: ${messageOf(error)}`, [], error);
    }
  }
}
