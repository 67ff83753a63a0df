import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { messageOf, UsageError } from '../../contracts/errors.ts';
import { writeJson } from '../../contracts/json-file.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { StatusMatrix } from '../../contracts/status-matrix.ts';
import { scriptFiles } from '../../status-matrix/matrix.ts';

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
    await mkdir(files.size === 0 ? folder.root : folder.statusScripts, { recursive: true });
    for (const [name, text] of files) {
      const file = path.join(folder.statusScripts, name);
      await writeFile(file, text);
      written.push(file);
    }
  } catch (error) {
    throw new UsageError(
      `--out ${path.dirname(folder.root)}: the status matrix cannot be written there (${messageOf(error)})`,
      ['choose a folder that you may write to: --out DIR'],
      error,
    );
  }
  await writeJson(folder.statusMatrix, matrix);
  return written;
}
