import { messageOf, StressError, UsageError } from '../contracts/errors.ts';
import type { KeptViolation } from '../contracts/kept-violations.ts';
import { resultInWords, type ViolationRepro } from '../contracts/repro.ts';
import type { Operation } from '../history/operation.ts';
import { isExplored } from '../verify/explored.ts';
import type { RunData } from '../verify/run-data.ts';
import type { ChosenCalls } from './arrange.ts';
import { chooseCalls } from './choose-calls.ts';
import type { Copy } from './copy.ts';
import { type Patience, provoke } from './provoke.ts';
import { scriptOf } from './script.ts';
import { type Step, sessionsOf, stepsOf } from './sessions.ts';
import { statusScriptOf } from './status-scripts.ts';

export interface ReplayOptions {
  /** How long a violation is tried; null: it is not, for the reason that is given. */
  patience: (kept: KeptViolation) => Patience | { reason: string };
  /** Receives the violation and the number of the try. */
  progress: (kept: KeptViolation, attempt: number) => void;
  signal: AbortSignal;
  /** What replays a violation again, for the script's header. */
  command: (kept: KeptViolation) => string;
}

/** What came of one violation, with its script. */
export interface Replayed {
  repro: ViolationRepro;
  script: string | null;
  /** Calls of its sessions, as the run recorded them; none without a script. */
  steps: Step[];
  /** The calls of the last try, with the answers that they got; none when it was not tried. */
  operations: Operation[];
}

/**
 * Tries a violation on a copy of the application, and writes its script.
 *
 * @throws InterruptedError when the signal fires; StressError when the copy is lost
 */
export async function replayViolation(
  copy: Copy,
  run: RunData,
  kept: KeptViolation,
  options: ReplayOptions,
): Promise<Replayed> {
  const ofMatrix = kept.invariant === 'status-rule' ? statusScriptOf(run.statusMatrix, kept.violation) : null;
  if (ofMatrix !== null) return notTried(kept, 'the status matrix has a script of it', ofMatrix);
  if (isExplored(run.explored, kept.violation)) {
    return notTried(kept, `its schedule is known, and run again by: ${kept.violation.repro}`);
  }
  const choice = chooseCalls(run, kept);
  if ('refused' in choice) return notTried(kept, choice.refused);
  const choices = choice.chosen as [ChosenCalls, ...ChosenCalls[]];
  const patience = options.patience(kept);
  let [chosen] = choices;
  let operations: Operation[] = [];
  let outcome: Pick<ViolationRepro, 'result' | 'tries' | 'found' | 'reason'>;
  try {
    if ('reason' in patience) {
      outcome = { result: 'not tried', tries: 0, found: null, reason: patience.reason };
    } else {
      const progress = (attempt: number): void => options.progress(kept, attempt);
      const context = { progress, signal: options.signal };
      const provoked = await provoke(copy, run, kept, choices, patience, context);
      const { tries, found } = provoked;
      ({ chosen, operations } = provoked);
      outcome = { result: found === null ? 'not reproduced' : 'reproduced', tries, found, reason: null };
    }
    const repro = { ...entryOf(kept), ...outcome, ...sizesOf(chosen), script: scriptName(kept) };
    const words = { outcome: resultInWords(repro), command: options.command(kept) };
    const script = scriptOf(copy, run, kept, chosen, words);
    return { repro, script, steps: stepsOf(chosen.calls), operations };
  } catch (error) {
    options.signal.throwIfAborted();
    if (error instanceof StressError && !(error instanceof UsageError)) throw error;
    return notTried(kept, `its rows cannot be written (${messageOf(error).split('\n')[0]})`);
  }
}

/** A violation of which no script is made; `script` is one that was there before. */
export function notTried(kept: KeptViolation, reason: string, script: string | null = null): Replayed {
  const outcome = { result: 'not tried', tries: 0, found: null, reason } as const;
  const repro = { ...entryOf(kept), ...outcome, sessions: 0, calls: 0, earlier_calls: 0, script };
  return { repro, script: null, steps: [], operations: [] };
}

function entryOf({
  number,
  invariant,
  violation,
}: KeptViolation): Pick<ViolationRepro, 'number' | 'invariant' | 'title'> {
  return { number, invariant, title: violation.title };
}

function sizesOf({
  calls,
  earlier,
}: ChosenCalls): Pick<ViolationRepro, 'sessions' | 'calls' | 'earlier_calls'> {
  return { sessions: sessionsOf(stepsOf(calls)).length, calls: calls.length, earlier_calls: earlier.length };
}

function scriptName({ number, invariant }: KeptViolation): string {
  return `repro/${number}-${invariant}.sql`;
}
