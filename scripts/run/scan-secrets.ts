import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { TargetError } from '../../contracts/errors.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';

/**
 * Looks for live keys and passwords in every file of the run folder.
 *
 * @throws TargetError that names the files, never the secret
 */
export async function refuseLeakedSecrets(folder: RunFolder, secrets: readonly string[]): Promise<void> {
  const wanted = secrets.filter((secret) => secret.length >= 8);
  const entries = await readdir(folder.root, { recursive: true, withFileTypes: true });
  const leaking: string[] = [];
  for (const entry of entries) {
    if (!entry.isFile()) continue;
    const file = path.join(entry.parentPath, entry.name);
    if (await contains(file, wanted)) leaking.push(path.relative(folder.root, file));
  }
  if (leaking.length === 0) return;
  throw new TargetError(`a key or password stands in ${leaking.join(', ')} of ${folder.root}`, [
    'delete these files, and change the key if the folder was shared',
    'report this as a defect of table-stress',
  ]);
}

async function contains(file: string, secrets: readonly string[]): Promise<boolean> {
  const longest = Math.max(0, ...secrets.map((secret) => secret.length));
  let tail = '';
  for await (const chunk of createReadStream(file, { encoding: 'utf8' })) {
    const text: string = tail + chunk;
    if (secrets.some((secret) => text.includes(secret))) return true;
    // A secret may lie across two chunks.
    tail = text.slice(-longest);
  }
  return false;
}
