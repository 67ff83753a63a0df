import { randomBytes } from 'node:crypto';
import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError } from '../contracts/errors.ts';

const heartbeatMs = 2_000;
const staleMs = 15_000;

/**
 * Runs `action` while no other process of this machine runs one under the same lock. The lock is a folder whose
 * holder renews its time; a holder that died loses it after 15 s. It saves doing slow work twice and is no more than
 * that: in rare cases two get in, so what they make has to be published as a whole (see `publish`).
 *
 * @throws InterruptedError when the signal fires while waiting; whatever `action` throws.
 */
export async function withLock<T>(
  path: string,
  action: () => Promise<T>,
  options: { onWait?: (() => void) | undefined; signal?: AbortSignal | undefined } = {},
): Promise<T> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  let waited = false;
  while (!(await take(path))) {
    if (options.signal?.aborted) throw new InterruptedError();
    if (!waited) options.onWait?.();
    waited = true;
    await delay(200);
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(path, now, now).catch(() => {});
  }, heartbeatMs);
  try {
    return await action();
  } finally {
    clearInterval(heartbeat);
    await rm(path, { recursive: true, force: true });
  }
}

async function take(path: string): Promise<boolean> {
  try {
    await mkdir(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  try {
    if (Date.now() - (await stat(path)).mtimeMs > staleMs) {
      const grave = `${path}.${randomBytes(4).toString('hex')}`;
      await rename(path, grave);
      await rm(grave, { recursive: true, force: true });
    }
  } catch {}
  return false;
}
