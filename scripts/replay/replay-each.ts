import path from 'node:path';
import type { KeptViolation } from '../../contracts/kept-violations.ts';
import type { Progress } from '../../contracts/progress.ts';
import type { RunFolder } from '../../contracts/run-folder.ts';
import type { Copy } from '../../replay/copy.ts';
import type { Patience } from '../../replay/provoke.ts';
import { type Replayed, replayViolation } from '../../replay/replay.ts';
import type { RunData } from '../../verify/run-data.ts';

export interface EachOptions {
  folder: RunFolder;
  /** How long a violation is tried, after those before it; or why it is not. */
  patience: (kept: KeptViolation, before: readonly Replayed[]) => Patience | { reason: string };
  progress: Progress;
  signal: AbortSignal;
}

/** Replays violations one after the other. When the signal fires, what was found until then is the result. */
export async function replayEach(
  copy: Copy,
  run: RunData,
  violations: readonly KeptViolation[],
  { folder, patience, progress, signal }: EachOptions,
): Promise<Replayed[]> {
  const replayed: Replayed[] = [];
  for (const kept of violations) {
    if (signal.aborted) break;
    const one = await replayViolation(copy, run, kept, {
      patience: () => patience(kept, replayed),
      progress: ({ number, invariant }, attempt) =>
        progress(`violation ${number}, ${invariant}: try ${attempt}`),
      signal,
      command: ({ number }) => `npm run stress -- replay ${placeOf(folder)} --violation ${number}`,
    }).catch((error: unknown) => {
      if (signal.aborted) return null;
      throw error;
    });
    if (one) replayed.push(one);
  }
  return replayed;
}

/** A run folder as the user may name it. */
export function placeOf({ root }: RunFolder): string {
  return path.relative(process.cwd(), root) || '.';
}

/** How many violations came to what. */
export function describeReplayed(replayed: readonly Replayed[]): string {
  const count = (result: string): number => replayed.filter(({ repro }) => repro.result === result).length;
  return `${count('reproduced')} reproduced, ${count('not reproduced')} not reproduced, ${count('not tried')} not tried`;
}
