import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { TargetError } from '../../contracts/errors.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { redact } from '../../target/redact.ts';

/** Shorter texts stand in many files by chance. */
const SHORTEST = 8;

/**
 * Looks for live keys and passwords in every file of the run folder and in the files' names, also where they are
 * encoded.
 *
 * @throws TargetError that names the files, never the secret
 */
export async function refuseLeakedSecrets(folder: RunFolder, secrets: readonly string[]): Promise<void> {
  const wanted = spellings(secrets);
  const entries = await readdir(folder.root, { recursive: true, withFileTypes: true });
  const leaking: string[] = [];
  for (const entry of entries) {
    const file = path.join(entry.parentPath, entry.name);
    const named = wanted.some((secret) => entry.name.includes(secret));
    if (named || (entry.isFile() && (await contains(file, wanted)))) {
      leaking.push(redact(path.relative(folder.root, file), wanted));
    }
  }
  if (leaking.length === 0) return;
  throw new TargetError(`a key or password stands in ${leaking.join(', ')} of ${folder.root}`, [
    'delete these files, and change the key if the folder was shared',
    'report this as a defect of table-stress',
  ]);
}

/** A secret as it may stand in a file: as it is, in a URL, in JSON, in HTML, in base64. */
function spellings(secrets: readonly string[]): string[] {
  const all = secrets
    .filter((secret) => secret.length >= SHORTEST)
    .flatMap((secret) => [
      secret,
      encodeURIComponent(secret),
      JSON.stringify(secret).slice(1, -1),
      secret
        .replaceAll('&', '&amp;')
        .replaceAll('<', '&lt;')
        .replaceAll('>', '&gt;')
        .replaceAll('"', '&quot;'),
      ...inBase64(secret),
    ]);
  return [...new Set(all)];
}

/** What stands for a text inside longer base64, whose groups of three bytes may begin anywhere in it. */
function inBase64(text: string): string[] {
  return [0, 1, 2].flatMap((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(text)]);
    // The characters at both ends also stand for bits of what is beside the text.
    const whole = bytes.subarray(before === 0 ? 0 : 3, bytes.length - (bytes.length % 3));
    return whole.length < 6 ? [] : [whole.toString('base64'), whole.toString('base64url')];
  });
}

async function contains(file: string, texts: readonly string[]): Promise<boolean> {
  const secrets = texts.map((text) => Buffer.from(text, 'utf8').toString('latin1'));
  const longest = Math.max(0, ...secrets.map((secret) => secret.length));
  let tail = '';
  // One character for each byte: whatever the file holds, nothing is lost at the border of two chunks.
  for await (const chunk of createReadStream(file, { encoding: 'latin1' })) {
    const text: string = tail + chunk;
    if (secrets.some((secret) => text.includes(secret))) return true;
    // A secret may lie across two chunks.
    tail = text.slice(-longest);
  }
  return false;
}
