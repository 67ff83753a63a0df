import { createHash } from 'node:crypto';
import { messageOf } from '../../contracts/errors.ts';
import type { Progress } from '../../contracts/progress.ts';
import { extractMember } from './archive.ts';
import type { K6Asset } from './release.ts';

export interface DownloadLimits {
  /** Until the server begins to answer. */
  readonly connectMs: number;
  /** Without a single byte. */
  readonly stallMs: number;
  readonly totalMs: number;
}

export const downloadLimits: DownloadLimits = { connectMs: 5_000, stallMs: 15_000, totalMs: 300_000 };

/**
 * Downloads a release file, compares it with the release's checksum and puts its program at `target`.
 *
 * @throws Error with the reason: no connection, HTTP error, cut short, no or another checksum, damaged archive.
 */
export async function downloadK6(
  asset: K6Asset,
  target: string,
  options: { progress: Progress; signal?: AbortSignal | undefined; limits?: DownloadLimits | undefined },
): Promise<void> {
  const limits = options.limits ?? downloadLimits;
  const checksums = (await fetchAll(asset.checksumsUrl, limits, options.signal)).toString('utf8');
  const expected = checksumOf(checksums, asset.name);
  options.progress(`downloading ${asset.url}`);
  const archive = await fetchAll(asset.url, limits, options.signal);
  const actual = createHash('sha256').update(archive).digest('hex');
  if (actual !== expected) {
    throw new Error(`wrong checksum of ${asset.name}: expected ${expected}, got ${actual}; discarded`);
  }
  await extractMember(archive, asset.format, asset.member, target);
}

function checksumOf(list: string, name: string): string {
  for (const line of list.split('\n')) {
    const [sum, file] = line.trim().split(/\s+/);
    if (file?.replace(/^\*/, '') === name && sum && /^[0-9a-f]{64}$/i.test(sum)) return sum.toLowerCase();
  }
  throw new Error(`the release's list of checksums does not name ${name}`);
}

async function fetchAll(url: string, limits: DownloadLimits, signal?: AbortSignal): Promise<Buffer> {
  const controller = new AbortController();
  const giveUp = (why: string) => () => controller.abort(new Error(why));
  const interrupted = giveUp('interrupted');
  signal?.addEventListener('abort', interrupted, { once: true });
  const total = setTimeout(giveUp(`not finished after ${limits.totalMs / 1000} s`), limits.totalMs);
  let patience = setTimeout(giveUp(`no answer within ${limits.connectMs / 1000} s`), limits.connectMs);
  try {
    const response = await fetch(url, { signal: controller.signal, redirect: 'follow' });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const chunks: Uint8Array[] = [];
    let received = 0;
    for await (const chunk of response.body) {
      clearTimeout(patience);
      patience = setTimeout(giveUp(`nothing received for ${limits.stallMs / 1000} s`), limits.stallMs);
      chunks.push(chunk);
      received += chunk.length;
    }
    const announced = Number(response.headers.get('content-length') ?? received);
    const encoded = response.headers.has('content-encoding');
    if (!encoded && received !== announced) throw new Error(`cut short: ${received} of ${announced} bytes`);
    return Buffer.concat(chunks);
  } catch (error) {
    throw new Error(`${url}: ${reasonOf(error)}`, { cause: error });
  } finally {
    clearTimeout(patience);
    clearTimeout(total);
    signal?.removeEventListener('abort', interrupted);
  }
}

/** fetch says "fetch failed" and hides what happened in the cause. */
function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof Error)) return messageOf(error);
  const code = (cause as NodeJS.ErrnoException).code;
  const detail = cause.message || code || '';
  return `${messageOf(error)} (${code && !detail.includes(code) ? `${code}: ${detail}` : detail})`;
}
