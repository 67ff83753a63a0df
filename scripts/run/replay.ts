import { messageOf, StressError } from '../../contracts/errors.ts';
import { type KeptViolation, keptViolations } from '../../contracts/kept-violations.ts';
import type { Repro } from '../../contracts/repro.ts';
import type { Verdict } from '../../contracts/verdict.ts';
import type { Patience } from '../../replay/provoke.ts';
import { notTried, type Replayed } from '../../replay/replay.ts';
import { writeRepro } from '../../replay/repro-files.ts';
import { isExplored } from '../../verify/explored.ts';
import { readRunData } from '../../verify/run-data.ts';
import { describeCopy, openCopy } from '../replay/open-copy.ts';
import { describeReplayed, replayEach } from '../replay/replay-each.ts';
import type { RunContext } from './under-load.ts';

/** Milliseconds that the stage may take in all, the start of the copy included. */
const BUDGET = 20_000;
/** Of one violation, at most. */
const PATIENCE: Patience = { tries: 60, milliseconds: 4000 };
/** Violations of one promise: a second one when the first was not met. */
const MOST_OF_EACH = 2;

/**
 * Stage replay, of failed runs: tries violations again on a fresh copy of the application, a few calls each. Bounded in
 * time, and never the reason for a run to end: what was not tried is said. `table-stress replay` does the rest.
 *
 * @returns what repro.json holds, null when there is nothing to replay; and keys and passwords of the copy
 */
export async function replayRun(
  run: RunContext,
  verdict: Verdict,
): Promise<{ repro: Repro | null; secrets: readonly string[] }> {
  const { reporter, interrupt, folder, plan } = run;
  const violations = keptViolations(verdict);
  if (!run.request.replay || violations.length === 0 || interrupt.aborted)
    return { repro: null, secrets: [] };
  // What was explored is run again by its own command.
  const { explored } = await readRunData(folder);
  if (violations.every(({ violation }) => isExplored(explored, violation)))
    return { repro: null, secrets: [] };
  const write = (copy: Repro['copy'], replayed: readonly Replayed[]): Promise<Repro> =>
    writeRepro(folder, plan.tag, copy, violations, replayed);
  const noneOfThem = (reason: string): Promise<Repro> =>
    write(
      null,
      violations.map((kept) => notTried(kept, reason)),
    );
  if (run.request.target !== 'local') {
    const repro = await noneOfThem('the target is no embedded one; `replay --migrations` tries it on a copy');
    return { repro, secrets: [] };
  }
  const outcome: { repro: Repro | null; secrets: readonly string[] } = { repro: null, secrets: [] };
  await reporter.stage(
    'replay',
    async (progress) => {
      try {
        const { copy, replayed, secrets } = await replayOnCopy(run, violations, progress);
        outcome.secrets = secrets;
        outcome.repro = await write(copy, replayed);
        return describeReplayed(replayed);
      } catch (error) {
        if (interrupt.aborted) return 'interrupted';
        const [reason = ''] = messageOf(error).split('\n');
        const why = error instanceof StressError ? reason : `it broke off (${reason})`;
        outcome.repro = await noneOfThem(why).catch(() => null);
        return `not tried: ${why}`;
      }
    },
    (text) => text,
    () => outcome.repro !== null && outcome.repro.copy !== null,
  );
  return outcome;
}

async function replayOnCopy(
  { request, folder, manifest, interrupt }: RunContext,
  violations: readonly KeptViolation[],
  progress: (text: string) => void,
): Promise<{ copy: Repro['copy']; replayed: Replayed[]; secrets: readonly string[] }> {
  const deadline = performance.now() + BUDGET;
  const { migrations, isolation } = request;
  const { copy, secrets, close } = await openCopy(manifest.data, {
    migrations,
    allow: isolation.allow,
    copyRows: isolation.copy,
    progress,
    signal: interrupt,
  });
  try {
    const replayed = await replayEach(copy, await readRunData(folder), violations, {
      folder,
      patience: (kept, before) => patienceFor(kept, before, violations, deadline),
      progress,
      signal: interrupt,
    });
    return { copy: describeCopy(copy, manifest.data), replayed, secrets };
  } finally {
    await close();
  }
}

/** The time that is left is shared among the promises whose turn is still to come. */
function patienceFor(
  { number, invariant }: KeptViolation,
  before: readonly Replayed[],
  violations: readonly KeptViolation[],
  deadline: number,
): Patience | { reason: string } {
  const tried = before.filter(({ repro }) => repro.invariant === invariant && repro.tries > 0);
  if (tried.some(({ repro }) => repro.result === 'reproduced')) {
    return { reason: 'another violation of this promise was reproduced' };
  }
  if (tried.length >= MOST_OF_EACH) return { reason: 'others of this promise were tried instead' };
  const left = deadline - performance.now();
  if (left <= 0) return { reason: `the ${BUDGET / 1000} s for replays were over` };
  const coming = new Set(violations.filter((kept) => kept.number >= number).map((kept) => kept.invariant));
  return { ...PATIENCE, milliseconds: Math.min(PATIENCE.milliseconds, left / coming.size) };
}
