import { readFile, rename, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { messageOf, UsageError } from './errors.ts';

/**
 * Reads and checks a JSON file of ours.
 *
 * @param newest the newest format version (`v`) that this program understands
 * @throws UsageError that names the file, the field, the value's problem and what to do
 */
export async function readJson<T>(file: string, schema: z.ZodType<T>, newest: number): Promise<T> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${messageOf(error)})`, [], error);
  }
  return parseJson(file, text, schema, newest);
}

/** As `readJson`, for a text that was read already; `file` only names it in messages. */
export function parseJson<T>(file: string, text: string, schema: z.ZodType<T>, newest: number): T {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch (error) {
    throw new UsageError(`${file}: is no valid JSON: ${messageOf(error)}`, [
      'restore the file, or correct it at that place',
    ]);
  }
  refuseNewer(file, data, newest);
  const result = schema.safeParse(data);
  if (!result.success)
    throw new UsageError(`${file}: ${describeIssues(result.error, data)}`, ['correct that field']);
  return result.data;
}

/** Refuses a file of a format version that is newer than this program. */
export function refuseNewer(file: string, data: unknown, newest: number): void {
  const version = (data as { v?: unknown } | null)?.v;
  if (typeof version === 'number' && version > newest) {
    throw new UsageError(`${file}: format version ${version} is newer than this program knows (${newest})`, [
      'use the version of table-stress that wrote it, or a newer one',
    ]);
  }
}

/** The first few problems in words: path, value found, what is wrong. */
export function describeIssues(error: z.ZodError, data: unknown): string {
  const lines = error.issues.slice(0, 3).map((issue) => {
    const field = issue.path.length === 0 ? 'the whole' : issue.path.map(String).join('.');
    const found = issue.path.reduce<unknown>(
      (value, key) => (value as Record<PropertyKey, unknown> | undefined)?.[key],
      data,
    );
    const hidden = issue.path.some((key) => /key|secret|password|url/i.test(String(key)));
    const shown =
      found === undefined ? 'missing' : hidden ? 'not shown' : truncate(JSON.stringify(found), 60);
    return `${field} (${shown}): ${issue.message}`;
  });
  const more = error.issues.length > 3 ? `; and ${error.issues.length - 3} more` : '';
  return lines.join('; ') + more;
}

function truncate(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}…` : text;
}

/**
 * Writes JSON so that a reader sees the old file or the new one, never half of it.
 *
 * @throws UsageError when the folder cannot be written
 */
export async function writeJson(file: string, data: unknown): Promise<void> {
  const temporary = `${file}.${process.pid}.tmp`;
  try {
    await writeFile(temporary, `${JSON.stringify(data, null, 2)}\n`);
    await rename(temporary, file);
  } catch (error) {
    throw new UsageError(
      `${file}: cannot be written (${messageOf(error)})`,
      ['make the folder writable, or copy it'],
      error,
    );
  }
}

export { z };
