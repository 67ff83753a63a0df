import { readdir, readFile } from 'node:fs/promises';
import type postgres from 'postgres';
import { z } from 'zod';
import { messageOf, TargetError, UsageError } from '../contracts/errors.ts';
import { faultNames } from '../contracts/faults.ts';
import { scenarioNames } from '../contracts/thresholds.ts';
import { invariantIds } from '../contracts/verdict.ts';

const folder = new URL('./broken/', import.meta.url);
const helper = new URL('./replace-in-function.sql', import.meta.url);

export const categories = [
  'locking',
  'isolation',
  'constraints',
  'windows',
  'acknowledgements',
  'idempotency',
  'merges',
  'holds',
  'releases',
  'status',
  'errors',
  'progress',
] as const;

const headerSchema = z.strictObject({
  /** The file's name without `.sql`. */
  id: z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/),
  /** What part of the application it is about. */
  category: z.enum(categories),
  /** What is wrong, in one sentence. */
  defect: z.string().min(1).endsWith('.'),
  /** The invariant that has to fail. */
  expect: z.enum(invariantIds),
  /** The scenario that has to show it. */
  scenario: z.enum(scenarioNames),
  /** The fault without which it does not show; in most there is none. */
  fault: z.enum(faultNames).optional(),
});

/** A named defect, as the header of its patch describes it. */
export type BrokenVariant = Readonly<z.infer<typeof headerSchema>>;

/** A defect with the SQL that puts it into the reference's `public` schema. */
export interface LoadedVariant extends BrokenVariant {
  /** To be run in one transaction, on one connection, as the owner of the functions. */
  readonly sql: string;
}

/**
 * The defects that can be put into the reference, in the order of their ids.
 *
 * @throws UsageError when a patch's header is missing or wrong.
 */
export async function listBroken(): Promise<BrokenVariant[]> {
  return Promise.all((await brokenIds()).map(async (id) => parseHeader(id, await readPatch(id))));
}

/**
 * A defect with its SQL.
 *
 * @throws UsageError naming the known ids when there is none of that id.
 */
export async function loadBroken(id: string): Promise<LoadedVariant> {
  const known = await brokenIds();
  if (!known.includes(id)) {
    throw new UsageError(`There is no broken variant "${id}".`, [`Known ones: ${known.join(', ')}`]);
  }
  const patch = await readPatch(id);
  return { ...parseHeader(id, patch), sql: `${await readFile(helper, 'utf8')}\n${patch}` };
}

/**
 * Puts a defect into the reference's `public` schema: all of its patch or nothing.
 *
 * @param sql connected as the owner of the functions.
 * @throws UsageError for an unknown id; TargetError when the patch does not fit the schema that is there.
 */
export async function applyBroken(sql: postgres.Sql, id: string): Promise<BrokenVariant> {
  const { sql: patch, ...variant } = await loadBroken(id);
  try {
    await sql.begin((transaction) => transaction.unsafe(patch));
  } catch (error) {
    throw new TargetError(
      `The broken variant "${id}" could not be applied: ${messageOf(error)}`,
      ["Broken variants fit the reference's own migrations only; start from a fresh database."],
      error,
    );
  }
  return variant;
}

/**
 * Reads the header of a patch: the comment lines `-- name: value` at its top.
 *
 * @throws UsageError when a field is missing, unknown or wrong, or the id is not the file's name.
 */
export function parseHeader(name: string, patch: string): BrokenVariant {
  const fields: Record<string, string> = {};
  for (const line of patch.split('\n')) {
    const [, field, value] = /^-- ([a-z]+): (.+)$/.exec(line) ?? [];
    if (field === undefined || value === undefined) break;
    if (field in fields) throw new UsageError(`reference/broken/${name}.sql: ${field} is given twice`);
    fields[field] = value.trim();
  }
  const header = headerSchema.safeParse(fields);
  if (!header.success) {
    throw new UsageError(`reference/broken/${name}.sql: ${z.prettifyError(header.error)}`);
  }
  if (header.data.id !== name) {
    throw new UsageError(`reference/broken/${name}.sql: its header says id ${header.data.id}`);
  }
  return header.data;
}

async function brokenIds(): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => name.endsWith('.sql'))
    .map((name) => name.slice(0, -'.sql'.length))
    .sort();
}

function readPatch(id: string): Promise<string> {
  return readFile(new URL(`${id}.sql`, folder), 'utf8');
}
