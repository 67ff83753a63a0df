import type { KeptViolation } from '../contracts/kept-violations.ts';
import type { Operation } from '../history/operation.ts';
import { randomStream } from '../plan/random.ts';
import type { RunData } from '../verify/run-data.ts';
import type { ChosenCalls } from './arrange.ts';
import type { Copy } from './copy.ts';
import { foundAgain } from './judge-try.ts';
import { stepsOf } from './sessions.ts';
import { delaysOf, dependsOnLuck } from './timing.ts';
import { tryOnce } from './try-once.ts';

/** How long one violation is tried. */
export interface Patience {
  tries: number;
  milliseconds: number;
}

/** What came of trying. */
export interface Provoked {
  tries: number;
  /** What the verifier found; null when it found nothing in any try. */
  found: string | null;
  /** The calls that did it; else the most that were tried with all of the violation's calls in sessions. */
  chosen: ChosenCalls;
  /** The calls of the last try, with the answers that they got. */
  operations: Operation[];
}

/** Tries without overlapping calls: nothing is left to luck, and one more shows that. */
const WITHOUT_LUCK = 2;

/**
 * Plays a violation's calls until its promise is broken again, or until patience is over. Where there are several
 * choices of calls, they take turns.
 *
 * @param progress receives the number of the try
 * @throws what the database says when rows cannot be written; the signal's reason when it fires
 */
export async function provoke(
  copy: Copy,
  run: RunData,
  kept: KeptViolation,
  choices: readonly [ChosenCalls, ...ChosenCalls[]],
  patience: Patience,
  context: { progress: (attempt: number) => void; signal: AbortSignal },
): Promise<Provoked> {
  const random = randomStream(run.manifest.seed, `replay ${kept.number}`);
  const candidates = choices.map((chosen) => ({ chosen, steps: stepsOf(chosen.calls) }));
  const lucky = candidates.some(({ steps }) => dependsOnLuck(steps));
  const most = lucky ? patience.tries : Math.min(patience.tries, WITHOUT_LUCK * candidates.length);
  const until = performance.now() + patience.milliseconds;
  let tries = 0;
  let operations: Operation[] = [];
  while (tries < most && (tries === 0 || performance.now() < until)) {
    context.signal.throwIfAborted();
    const { chosen, steps } = candidates[tries % candidates.length] as (typeof candidates)[number];
    const attempt = Math.floor(tries / candidates.length) + 1;
    tries += 1;
    context.progress(tries);
    const delays = delaysOf(steps, attempt, chosen.paused, random);
    const played = await tryOnce(copy, run, chosen, steps, delays);
    operations = played.operations;
    const found = foundAgain(run, kept.invariant, played);
    if (found !== null) return { tries, found, chosen, operations };
  }
  const chosen = choices.findLast(({ last }) => !last) ?? choices[0];
  return { tries, found: null, chosen, operations };
}
