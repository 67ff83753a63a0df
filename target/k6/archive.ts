import { writeFile } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { inflateRawSync } from 'node:zlib';
import { Parser } from 'tar';

/**
 * Writes one member of an archive to an executable file.
 *
 * @throws Error when the archive is damaged or has no such member.
 */
export async function extractMember(
  archive: Buffer,
  format: 'tar.gz' | 'zip',
  member: string,
  target: string,
): Promise<void> {
  const content = format === 'zip' ? readZipMember(archive, member) : await readTarMember(archive, member);
  if (content === null) throw new Error(`the archive has no ${member}`);
  await writeFile(target, content, { mode: 0o755 });
}

async function readTarMember(archive: Buffer, member: string): Promise<Buffer | null> {
  const chunks: Buffer[] = [];
  let found = false;
  const parser = new Parser({
    strict: true,
    onReadEntry(entry) {
      if (entry.path === member) {
        found = true;
        entry.on('data', (chunk: Buffer) => chunks.push(chunk));
      } else entry.resume();
    },
  });
  await pipeline(Readable.from([archive]), parser as unknown as NodeJS.WritableStream);
  return found ? Buffer.concat(chunks) : null;
}

const endOfDirectory = 0x06054b50;
const directoryEntry = 0x02014b50;
const smallestEnd = 22;

/** Reads by the central directory at the end: sizes in the local headers may be missing (APPNOTE.TXT, 4.3). */
function readZipMember(archive: Buffer, member: string): Buffer | null {
  let end = archive.length - smallestEnd;
  while (end >= 0 && archive.readUInt32LE(end) !== endOfDirectory) end--;
  if (end < 0) throw new Error('the archive is no complete zip file');
  let at = archive.readUInt32LE(end + 16);
  for (let left = archive.readUInt16LE(end + 10); left > 0; left--) {
    if (archive.readUInt32LE(at) !== directoryEntry)
      throw new Error('the directory of the zip file is damaged');
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    if (name === member) return readEntry(archive, at);
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return null;
}

function readEntry(archive: Buffer, at: number): Buffer {
  const method = archive.readUInt16LE(at + 10);
  const size = archive.readUInt32LE(at + 20);
  const local = archive.readUInt32LE(at + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const data = archive.subarray(start, start + size);
  if (method === 0) return data;
  if (method === 8) return inflateRawSync(data);
  throw new Error(`the zip file uses compression method ${method}`);
}
