import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { ExitCode } from '../contracts/errors.ts';
import { writeJson } from '../contracts/json-file.ts';
import type { Manifest } from '../contracts/manifest.ts';
import type { RunFolder } from '../contracts/run-folder.ts';
import {
  type InvariantId,
  type InvariantResult,
  invariantIds,
  mergeVerdicts,
  VERDICT_VERSION,
  type Verdict,
  type VerdictValue,
} from '../contracts/verdict.ts';
import { readLargeHistory } from '../history/read.ts';
import { Thread } from '../history/threads/thread.ts';
import { promisesOf } from '../plan/coverage.ts';
import { leastCalls } from '../plan/load.ts';
import { Effects } from './effects.ts';
import { exploreWarnings, summariseExplored, withExplored } from './explored.ts';
import { headlineOf, nextSteps } from './headline.ts';
import { HoldClaims } from './holds.ts';
import { type Evidence, type Invariant, judge } from './invariant.ts';
import { ackedIsDurable } from './invariants/acked-is-durable.ts';
import { atomicMerge } from './invariants/atomic-merge.ts';
import { contended } from './invariants/contended.ts';
import { idempotentReplay } from './invariants/idempotent-replay.ts';
import { isolated } from './invariants/isolated.ts';
import { justifiedRejection } from './invariants/justified-rejection.ts';
import { linearizable } from './invariants/linearizable.ts';
import { linked } from './invariants/linked.ts';
import { mappedErrors } from './invariants/mapped-errors.ts';
import { noDoubleBooking } from './invariants/no-double-booking.ts';
import { noPhantom } from './invariants/no-phantom.ts';
import { oneWinner } from './invariants/one-winner.ts';
import { progress } from './invariants/progress.ts';
import { statusFresh } from './invariants/status-fresh.ts';
import { statusRule } from './invariants/status-rule.ts';
import { orderInput } from './linearizability/columns/input.ts';
import { findOrders, type Orders } from './linearizability/columns/orders.ts';
import { measureBoundaries } from './measurements/boundaries.ts';
import { measureDiners } from './measurements/diners.ts';
import { measureDrift } from './measurements/drift.ts';
import { type RunData, readRunData } from './run-data.ts';
import { measurementWarnings } from './warnings.ts';

/** Every promise that is checked, in the order of the report. */
export const invariants: readonly Invariant[] = [
  noDoubleBooking,
  ackedIsDurable,
  noPhantom,
  atomicMerge,
  idempotentReplay,
  linearizable,
  oneWinner,
  justifiedRejection,
  linked,
  mappedErrors,
  statusRule,
  statusFresh,
  progress,
  contended,
  isolated,
];

/**
 * Judges a run from its folder alone, writes verdict.json and returns it.
 *
 * @throws UsageError when the folder's files are missing, damaged, foreign or of a newer format
 */
export async function verifyRun(folder: RunFolder): Promise<Verdict> {
  const thread = (await isLarge(folder)) ? Thread.start() : null;
  try {
    const run = await readRunData(folder, (history, tag) => readLargeHistory(history, tag, thread));
    const verdict = await judgeWithHelp(run, thread);
    await writeJson(folder.verdict, verdict);
    return verdict;
  } finally {
    await thread?.end();
  }
}

/** Bytes of history from which on another thread is worth its start. */
const LARGE = 1 << 23;

async function isLarge(folder: RunFolder): Promise<boolean> {
  const names = await readdir(folder.history).catch(() => []);
  const sizes = names.map((name) =>
    stat(path.join(folder.history, name)).then(
      ({ size }) => size,
      () => 0,
    ),
  );
  return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0) >= LARGE;
}

/** The verdict as `judgeRun` gives it; orders are looked for by the thread meanwhile. */
async function judgeWithHelp(run: RunData, thread: Thread | null): Promise<Verdict> {
  const input = thread && orderInput(run);
  if (!thread || !input) return judgeRun(run);
  const module = new URL('./linearizability/columns/orders.ts', import.meta.url);
  // What a thread cannot do is done here.
  const there = thread.run<Orders>(module, 'findOrders', input).catch(() => findOrders(input));
  const found: { orders?: Orders } = {};
  const evidence = evidenceOf(run, reproCommand(run), found);
  const covered = coveredBy(run);
  const before = covered.filter((invariant) => invariant !== linearizable);
  const results = new Map(before.map((invariant) => [invariant, judge(invariant, evidence)]));
  found.orders = await there;
  if (covered.includes(linearizable)) results.set(linearizable, judge(linearizable, evidence));
  return verdictOn(
    run,
    evidence,
    covered.map((invariant) => results.get(invariant) as InvariantResult),
  );
}

/** The verdict over what a run left behind. Pure. */
export function judgeRun(run: RunData): Verdict {
  const evidence = evidenceOf(run, reproCommand(run));
  return verdictOn(
    run,
    evidence,
    coveredBy(run).map((invariant) => judge(invariant, evidence)),
  );
}

function coveredBy({ manifest }: RunData): Invariant[] {
  const covered = promisesOf(manifest.scenarios);
  return invariants.filter((invariant) => covered.has(invariant.id));
}

function verdictOn(run: RunData, evidence: Evidence, found: readonly InvariantResult[]): Verdict {
  const results = withExplored(withoutContention(found), run.explored, invariants);
  const shown = new Set(results.map(({ id }) => id));
  const gaps = incompleteness(run);
  const verdict = mergeVerdicts([
    ...results.map((result) => result.verdict),
    ...gaps.map((): VerdictValue => 'unknown'),
  ]);
  const crossed = undisturbed(run).flatMap((each) => each.thresholds_crossed);
  const operations = run.history.operations;
  return {
    v: VERDICT_VERSION,
    run: run.manifest.run,
    verdict,
    headline: headlineOf(verdict, results, gaps, crossed),
    next: nextSteps(verdict, results, gaps, crossed, run.manifest),
    exit_code: exitCodeOf(run, verdict, crossed),
    invariants: results,
    not_covered: invariantIds.filter((id): id is InvariantId => !shown.has(id)),
    operations: {
      total: operations.length,
      by_class: tally(operations.map((operation) => operation.class)),
      by_type: tally(operations.map((operation) => operation.type)),
    },
    thresholds_crossed: crossed,
    measurements: [measureDiners(run), measureDrift(run), measureBoundaries(run, evidence.effects)].filter(
      (each) => each !== null,
    ),
    explored: summariseExplored(run.explored),
    warnings: [
      ...gaps,
      ...run.history.warnings,
      ...measurementWarnings(run),
      ...exploreWarnings(run.explored),
    ],
  };
}

/**
 * What checks get to see of a run.
 *
 * @param found orders that were found elsewhere, once they are there
 */
export function evidenceOf(run: RunData, repro: string, found: { orders?: Orders } = {}): Evidence {
  // Made when a check first asks for it: what cannot be worked out is that check's failure, not the program's.
  let effects: Effects | null = null;
  let holds: HoldClaims | null = null;
  let orders: Orders | null | undefined;
  return {
    run,
    repro,
    get effects() {
      effects ??= new Effects(run);
      return effects;
    },
    get holds() {
      holds ??= new HoldClaims(run, this.effects.time);
      return holds;
    },
    get orders() {
      if (found.orders) return found.orders;
      if (orders === undefined) {
        const input = orderInput(run);
        orders = input && findOrders(input);
      }
      return orders;
    },
  };
}

/** Promises that calls under way together would break: without contention nothing was shown of them. */
const aboutConcurrency: ReadonlySet<InvariantId> = new Set([
  'no-double-booking',
  'atomic-merge',
  'idempotent-replay',
  'linearizable',
  'one-winner',
  'progress',
]);

/** Where the load did not contend, what passed of the promises about concurrency was not provoked: unknown. */
function withoutContention(results: readonly InvariantResult[]): InvariantResult[] {
  const proof = results.find(({ id }) => id === 'contended');
  if (!proof || proof.verdict === 'pass') return [...results];
  return results.map((result) => {
    if (result.verdict !== 'pass' || !aboutConcurrency.has(result.id)) return result;
    const summary = `${result.summary}, but the load did not contend: ${proof.summary}`;
    return { ...result, verdict: 'unknown', summary };
  });
}

/** Why the run as a whole cannot pass, whatever its checks say; empty for a complete run. */
function incompleteness({ manifest, history, plan }: RunData): string[] {
  const reasons: string[] = [];
  if (manifest.failure)
    reasons.push(`the run ended in stage ${manifest.failure.stage}: ${manifest.failure.message}`);
  for (const scenario of manifest.scenarios) {
    const runs = manifest.runs.filter((each) => each.scenario === scenario);
    const cut = runs.filter(({ aborted }) => aborted !== null);
    if (runs.length === 0) reasons.push(`scenario ${scenario} did not run`);
    for (const { runner, aborted } of cut) {
      const whose = runs.length > 1 ? ` for ${runner}` : '';
      reasons.push(`scenario ${scenario} was cut short${whose}: ${aborted}`);
    }
    const planned = leastCalls(plan, scenario);
    const recorded = history.operations.filter((operation) => operation.scenario === scenario).length;
    if (recorded < planned && runs.length > 0 && cut.length === 0) {
      reasons.push(`${planned - recorded} of ${planned} planned calls of ${scenario} have no record`);
    }
  }
  for (const [runner, reason] of history.incomplete)
    reasons.push(`the history of ${runner} is incomplete: ${reason}`);
  if (history.operations.length === 0) reasons.push('the history holds no operation');
  const wrong = history.operations.find((operation) => operation.class === 'setup');
  if (wrong) reasons.push(`the target refused calls as wrongly set up (${wrong.code ?? wrong.http})`);
  return reasons;
}

/** Scenarios into which no fault was injected: what a disturbed one takes, and how often, is no measure of the target. */
function undisturbed({ manifest, faults }: RunData): Manifest['runs'] {
  return manifest.runs.filter(
    ({ scenario }) => !faults.some((event) => event.scenario === scenario && event.began_at !== null),
  );
}

function exitCodeOf(run: RunData, verdict: VerdictValue, crossed: readonly string[]): number {
  if (run.manifest.failure) return run.manifest.failure.exit_code;
  if (verdict === 'fail') return ExitCode.fail;
  if (crossed.length > 0) return ExitCode.thresholds;
  return verdict === 'unknown' ? ExitCode.unknown : ExitCode.pass;
}

function reproCommand({ manifest, plan }: RunData): string {
  // It belongs to a command of its own.
  if (manifest.scenarios.includes('scalability')) return `npm run stress -- ${manifest.command.join(' ')}`;
  const options = [`--seed ${manifest.seed}`, `--profile ${manifest.profile}`];
  if (manifest.broken) options.push(`--broken ${manifest.broken}`);
  if (manifest.load.runners > 1) options.push(`--runners ${manifest.load.runners}`);
  const kinds = new Set(
    Object.values(plan.faults ?? {}).flatMap((planned) => planned.map(({ kind }) => kind)),
  );
  if (kinds.size > 0) options.push(`--faults ${[...kinds].sort().join(',')}`);
  return `npm run stress -- run ${manifest.scenarios.join(' ')} ${options.join(' ')}`;
}

function tally(values: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const value of values) counts[value] = (counts[value] ?? 0) + 1;
  return counts;
}

/** Results by id, for reports. */
export function resultOf(verdict: Verdict, id: InvariantId): InvariantResult | undefined {
  return verdict.invariants.find((result) => result.id === id);
}
