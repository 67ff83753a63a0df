import { rm, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { InterruptedError, TargetError } from '../../contracts/errors.ts';

/** Time that load generators get to be ready at least, milliseconds. Their scripts and the plan are read meanwhile. */
const LEAD_MS = 3000;
/** Each has to read the plan: bytes for which a millisecond is added. */
const BYTES_PER_MS = 10_000;
/** Longest that is waited for. */
const MOST_LEAD_MS = 120_000;
/** So long before the start nobody who is not ready yet can be sure to be in time. */
const MARGIN_MS = 300;
const INTERVAL_MS = 50;

export interface TogetherOptions<T> {
  /** History files, one for each load generator: its first line says that it is ready and waits. */
  files: readonly string[];
  /** Size of the plan that each reads. */
  planBytes: number;
  /** Starts one of them. It is to begin at `startAt`, milliseconds since the epoch, and to end when the signal fires. */
  launch: (index: number, startAt: number, signal: AbortSignal) => Promise<T>;
  signal: AbortSignal;
  /** Told when they have to be started again. */
  say: (line: string) => void;
}

/**
 * Starts several load generators that begin at one instant. When one of them is not ready in time, all are ended before
 * any has made a call, and get more time. When one fails, the others are ended too.
 *
 * The instant is a wall time that each is told beforehand, as on several machines: resuming paused k6 processes one by
 * one (`PATCH /v1/status`) would begin them milliseconds apart, and leave no instant to count rounds from.
 *
 * @throws TargetError when they are not ready within two minutes; what `launch` throws; InterruptedError
 */
export async function startTogether<T>(options: TogetherOptions<T>): Promise<T[]> {
  const { files, planBytes, launch, signal, say } = options;
  for (let lead = LEAD_MS + (files.length * planBytes) / BYTES_PER_MS; ; lead *= 2) {
    for (const file of files) await rm(file, { force: true });
    const attempt = new AbortController();
    const ending = AbortSignal.any([signal, attempt.signal]);
    const startAt = Math.round(Date.now() + lead);
    const running = files.map((_, index) => launch(index, startAt, ending));
    for (const each of running) each.catch(() => attempt.abort());
    const readiness = await untilReady(files, startAt - MARGIN_MS, ending);
    if (readiness === 'ready') return allOrFirstError(running);
    attempt.abort();
    const isLast = lead * 2 > MOST_LEAD_MS;
    // One that found the start past fails by itself: that is no other fault than being late.
    if (readiness === 'late' && !isLast) await Promise.allSettled(running);
    else await allOrFirstError(running);
    if (signal.aborted) throw signal.reason instanceof Error ? signal.reason : new InterruptedError();
    if (isLast) {
      throw new TargetError(`the load generators were not ready within ${Math.round(lead / 1000)} s`, [
        'use fewer with --runners, or a smaller profile: each needs a share of the processor to read the plan',
      ]);
    }
    say(`  not every load generator was ready after ${(lead / 1000).toFixed(0)} s: starting them again`);
  }
}

type Readiness = 'ready' | 'late' | 'ended';

async function untilReady(
  files: readonly string[],
  deadline: number,
  ending: AbortSignal,
): Promise<Readiness> {
  for (;;) {
    const sizes = await Promise.all(
      files.map((file) =>
        stat(file).then(
          ({ size }) => size,
          () => 0,
        ),
      ),
    );
    if (Date.now() > deadline) return 'late';
    if (sizes.every((size) => size > 0)) return 'ready';
    if (ending.aborted) return 'ended';
    await delay(INTERVAL_MS);
  }
}

/** Waits for all, so that none is left behind. */
async function allOrFirstError<T>(running: readonly Promise<T>[]): Promise<T[]> {
  const results = await Promise.allSettled(running);
  const failed = results.find((result) => result.status === 'rejected');
  if (failed) throw failed.reason;
  return results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
}
