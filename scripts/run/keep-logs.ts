import { open, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { RunFolder } from '../../contracts/run-folder.ts';
import { redact } from '../../target/redact.ts';
import type { OpenTarget } from './open-target.ts';

/** What is kept of each log, from its end; a busy server writes a lot. */
const KEPT_BYTES = 1 << 20;

/** Copies the ends of the servers' logs into the run folder, without secrets: the target takes its own away. */
export async function keepLogs(folder: RunFolder, target: OpenTarget): Promise<void> {
  for (const [name, file] of Object.entries(target.logFiles)) {
    const text = await tail(file).catch(() => null);
    if (text === null) continue;
    await writeFile(path.join(folder.logs, `${name}.log`), redact(text, target.target.secrets)).catch(
      () => {},
    );
  }
}

async function tail(file: string): Promise<string> {
  const handle = await open(file, 'r');
  try {
    const { size } = await handle.stat();
    const length = Math.min(size, KEPT_BYTES);
    const { buffer } = await handle.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await handle.close();
  }
}
