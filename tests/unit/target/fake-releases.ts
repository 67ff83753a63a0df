import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { crc32, deflateRawSync } from 'node:zlib';
import { create } from 'tar';
import { onTestFinished } from 'vitest';
import { scratchFolder, script } from './scratch.ts';

export type Fault =
  | 'none'
  | 'wrong checksum'
  | 'no checksum line'
  | 'cut'
  | 'not found'
  | 'silent'
  | 'broken program';

/** A stand-in for the download pages of the releases; returns its base URL and what was asked for. */
export async function serveReleases(
  fault: Fault,
  program: string,
  stem = 'k6-v2.2.0-linux-amd64',
): Promise<{ base: string; requests: string[] }> {
  const format = stem.includes('linux') ? 'tar.gz' : 'zip';
  const body = fault === 'broken program' ? 'exit 1' : program;
  const archive = format === 'zip' ? zipOf(`${stem}/k6`, `#!/bin/sh\n${body}\n`) : await tarOf(stem, body);
  const sum = createHash('sha256')
    .update(fault === 'wrong checksum' ? 'else' : archive)
    .digest('hex');
  const listed = fault === 'no checksum line' ? 'another-file' : `${stem}.${format}`;
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(request.url ?? '');
    if (fault === 'silent') return;
    if (fault === 'not found') response.writeHead(404).end('not found');
    else if (request.url?.endsWith('checksums.txt'))
      response.end(`${'0'.repeat(64)}  x.rpm\n${sum}  ${listed}\n`);
    else if (fault === 'cut') {
      response.writeHead(200, { 'content-length': archive.length });
      response.write(archive.subarray(0, archive.length / 2), () => response.destroy());
    } else response.end(archive);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { base: `http://127.0.0.1:${(server.address() as AddressInfo).port}/download`, requests };
}

async function tarOf(stem: string, body: string): Promise<Buffer> {
  const folder = await scratchFolder();
  await script(join(folder, stem, 'k6'), body);
  await create({ gzip: true, cwd: folder, file: join(folder, 'a.tar.gz') }, [stem]);
  return readFile(join(folder, 'a.tar.gz'));
}

/** One deflated member, with its sizes only in the central directory, as streaming writers leave it. */
export function zipOf(name: string, content: string): Buffer {
  const data = deflateRawSync(content);
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 6);
  local.writeUInt16LE(8, 8);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(crc32(content), 16);
  entry.writeUInt32LE(data.length, 20);
  entry.writeUInt32LE(content.length, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  const directoryAt = local.length + name.length + data.length;
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + name.length, 12);
  end.writeUInt32LE(directoryAt, 16);
  return Buffer.concat([local, Buffer.from(name), data, entry, Buffer.from(name), end]);
}
