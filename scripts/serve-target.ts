import { rm } from 'node:fs/promises';
import { writeConnection } from '../target/attach.ts';
import type { Target } from '../target/target.ts';
import { aborted } from './interrupt.ts';

/**
 * Keeps a local target within reach of other commands: writes its connection file, and removes that file when the user
 * interrupts or the target is lost. A file that was there already is left alone.
 *
 * @returns the error of a target that was lost, or nothing after an interrupt
 * @throws UsageError when the connection file cannot be written
 */
export async function serveTarget(
  file: string,
  target: Target,
  until: { lost: Promise<Error>; interrupt: AbortSignal },
  onReady: () => void,
): Promise<Error | undefined> {
  await writeConnection(file, target);
  // Nothing else keeps this process alive.
  const alive = setInterval(() => {}, 60_000);
  try {
    onReady();
    return (await Promise.race([aborted(until.interrupt), until.lost])) ?? undefined;
  } finally {
    clearInterval(alive);
    await rm(file, { force: true });
  }
}
