import { cp, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

const reference = new URL('../../reference/', import.meta.url);

/** A target whose highest rate can be worked out: `lock` has one place, `pool` as many as there are connections. */
export interface KnownTarget {
  kind: 'lock' | 'pool';
  /** How long each assignment keeps its place. */
  seconds: number;
}

/**
 * Copies the reference's migrations into a folder of their own, with one more that makes each assignment sleep.
 *
 * @returns the folder, for `--migrations`; the caller removes it
 */
export async function migrationsWithGate({ kind, seconds }: KnownTarget): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'table-stress-gate-'));
  await cp(new URL('migrations/', reference), folder, { recursive: true });
  const helper = await readFile(new URL('replace-in-function.sql', reference), 'utf8');
  const patch = await readFile(new URL(`${kind}.sql`, import.meta.url), 'utf8');
  const sql = `${helper}\n${patch.replaceAll('(SECONDS)', `(${seconds})`)}`;
  await writeFile(path.join(folder, '20990101000000_gate.sql'), sql);
  return folder;
}

/** Assignments per second that the target can do at most: places by the time that each is kept. */
export function limitOf({ kind, seconds }: KnownTarget, poolSize: number): number {
  return (kind === 'lock' ? 1 : poolSize) / seconds;
}
