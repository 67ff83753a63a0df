import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from '../contracts/errors.ts';
import { readJson } from '../contracts/json-file.ts';
import { MANIFEST_VERSION, type Manifest, manifestSchema } from '../contracts/manifest.ts';
import { RunFolder } from '../contracts/run-folder.ts';
import { VERDICT_VERSION, type Verdict, verdictSchema } from '../contracts/verdict.ts';

/** A run as it is listed. */
export interface ListedRun {
  /** Name of its folder. */
  name: string;
  /** Null: the file is missing or damaged, as of a run that was killed. */
  manifest: Manifest | null;
  verdict: Verdict | null;
}

/**
 * The runs below a folder, the newest first. Folders that are no runs are left out.
 *
 * @throws UsageError when the folder cannot be read
 */
export async function listRuns(parent: string): Promise<ListedRun[]> {
  const entries = await readdir(parent, { withFileTypes: true }).catch((error: unknown) => {
    throw new UsageError(`${parent}: cannot be read (${messageOf(error)})`, [
      'give the folder that `run --out` wrote to, for instance runs',
    ]);
  });
  const names = entries
    .filter((entry) => entry.isDirectory() && /^\d{4}-\d\d-\d\dT\d{6}Z-[0-9a-f]{8}$/.test(entry.name))
    .map(({ name }) => name)
    .sort()
    .reverse();
  return Promise.all(names.map((name) => readOne(parent, name)));
}

async function readOne(parent: string, name: string): Promise<ListedRun> {
  const folder = new RunFolder(path.join(parent, name));
  return {
    name,
    manifest: await readJson(folder.manifest, manifestSchema, MANIFEST_VERSION).catch(() => null),
    verdict: await readJson(folder.verdict, verdictSchema, VERDICT_VERSION).catch(() => null),
  };
}
