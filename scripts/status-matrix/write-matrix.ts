import { mkdir, rmdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from '../../contracts/errors.ts';
import { writeJson } from '../../contracts/json-file.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { StatusMatrix } from '../../contracts/status-matrix.ts';
import { scriptFiles } from '../../status-matrix/matrix.ts';

/**
 * Makes the folder before anything is tried.
 *
 * @returns takes it away again when nothing was written into it
 * @throws UsageError when it cannot be made
 */
export async function makeMatrixFolder(folder: RunFolder): Promise<() => Promise<void>> {
  try {
    await mkdir(folder.root, { recursive: true });
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  return () => rmdir(folder.root).catch(() => {});
}

/**
 * Writes the matrix, and beside it a script for each case that differs from the rule.
 *
 * @returns paths of the scripts
 * @throws UsageError when the folder cannot be written
 */
export async function writeMatrix(folder: RunFolder, matrix: StatusMatrix): Promise<string[]> {
  const files = scriptFiles(matrix);
  const written: string[] = [];
  try {
    if (files.size > 0) await mkdir(folder.statusScripts, { recursive: true });
    for (const [name, text] of files) {
      const file = path.join(folder.statusScripts, name);
      await writeFile(file, text);
      written.push(file);
    }
  } catch (error) {
    throw cannotWrite(folder, error);
  }
  await writeJson(folder.statusMatrix, matrix);
  return written;
}

function cannotWrite({ root }: RunFolder, error: unknown): UsageError {
  return new UsageError(
    `--out ${path.dirname(root)}: the status matrix cannot be written there (${messageOf(error)})`,
    ['choose a folder that you may write to: --out DIR'],
    error,
  );
}
