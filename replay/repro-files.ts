import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from '../contracts/errors.ts';
import { readJson, writeJson } from '../contracts/json-file.ts';
import type { KeptViolation } from '../contracts/kept-violations.ts';
import { REPRO_VERSION, type Repro, reproOf, reproSchema, type ViolationRepro } from '../contracts/repro.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import { notTried, type Replayed } from './replay.ts';

/**
 * Writes repro.json and the scripts. Violations that were not replayed now keep what an earlier replay found, as long as
 * they are still the same.
 *
 * @throws UsageError when the folder cannot be written
 */
export async function writeRepro(
  folder: RunFolder,
  run: string,
  copy: Repro['copy'],
  violations: readonly KeptViolation[],
  replayed: readonly Replayed[],
): Promise<Repro> {
  const before = await readRepro(folder);
  const entries = violations.map((kept): ViolationRepro => {
    const now = replayed.find(({ repro }) => repro.number === kept.number);
    return (
      now?.repro ??
      reproOf(before, kept.number, kept.violation.title) ??
      notTried(kept, 'it was not asked for').repro
    );
  });
  const repro: Repro = { v: REPRO_VERSION, run, copy, violations: entries };
  try {
    await mkdir(folder.reproScripts, { recursive: true });
    const current = new Set(
      entries.flatMap(({ script }) => (script === null ? [] : [path.basename(script)])),
    );
    for (const name of await readdir(folder.reproScripts)) {
      if (name.endsWith('.sql') && !current.has(name)) await rm(path.join(folder.reproScripts, name));
    }
    for (const { repro: entry, script } of replayed) {
      if (entry.script !== null && script !== null)
        await writeFile(path.join(folder.root, entry.script), script);
    }
  } catch (error) {
    throw new UsageError(
      `${folder.reproScripts}: cannot be written (${messageOf(error)})`,
      ['make the folder writable, or copy it'],
      error,
    );
  }
  await writeJson(folder.repro, repro);
  return repro;
}

/** What replays of a run have found so far; null when nothing was replayed, or it cannot be read. */
export async function readRepro(folder: RunFolder): Promise<Repro | null> {
  return readJson(folder.repro, reproSchema, REPRO_VERSION).catch(() => null);
}
