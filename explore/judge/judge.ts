import type { CaseDefinition } from '../../contracts/explore-case.ts';
import type { Manifest } from '../../contracts/manifest.ts';
import type { Violation } from '../../contracts/verdict.ts';
import { emptyWorld } from '../../plan/world.ts';
import { finalStateOf } from '../../verify/final-state.ts';
import { type Invariant, judge } from '../../verify/invariant.ts';
import { ackedIsDurable } from '../../verify/invariants/acked-is-durable.ts';
import { atomicMerge } from '../../verify/invariants/atomic-merge.ts';
import { idempotentReplay } from '../../verify/invariants/idempotent-replay.ts';
import { justifiedRejection } from '../../verify/invariants/justified-rejection.ts';
import { linearizable } from '../../verify/invariants/linearizable.ts';
import { linked } from '../../verify/invariants/linked.ts';
import { mappedErrors } from '../../verify/invariants/mapped-errors.ts';
import { noDoubleBooking } from '../../verify/invariants/no-double-booking.ts';
import { noPhantom } from '../../verify/invariants/no-phantom.ts';
import type { RunData } from '../../verify/run-data.ts';
import { evidenceOf } from '../../verify/verify.ts';
import { callTitle } from '../cases/call-title.ts';
import type { Outcome } from '../database/workbench.ts';
import { capacityProblem } from './capacity.ts';
import { statusProblems } from './final-status.ts';
import { anchorOf, historyOf, RUNNER } from './history.ts';

/** What one schedule broke. */
export interface Finding {
  /** A promise of the verifier, or `capacity-rule`. */
  readonly promise: string;
  readonly title: string;
  readonly steps: Violation['steps'];
}

/** What decides whether the outcomes of two schedules differ. */
export interface Judgement {
  readonly findings: readonly Finding[];
  /** Why some promise could not be judged. */
  readonly undecided: readonly string[];
}

/** Promises that a few calls can break; the others need load, a clock, or the whole run. */
const invariants: readonly Invariant[] = [
  noDoubleBooking,
  ackedIsDurable,
  noPhantom,
  atomicMerge,
  idempotentReplay,
  linearizable,
  justifiedRejection,
  linked,
  mappedErrors,
];

/** What the verifier needs to know of where the calls were made. */
export interface JudgeContext {
  readonly run: string;
  readonly databaseClock: Manifest['database_clock'];
}

const meanings: Readonly<Record<string, string>> = {
  '40P01': 'a deadlock',
  '40001': 'a serialization failure',
  '55P03': 'a lock that was not available',
  '57014': 'a time-out',
};

/**
 * Judges one schedule: the verifier's own checks over the records of its calls and the rows that they left.
 *
 * A deadlock is an allowed answer, which changes nothing; that it can happen breaks `progress`.
 */
export function judgeOutcome(definition: CaseDefinition, outcome: Outcome, context: JudgeContext): Judgement {
  const run = runDataOf(outcome, context);
  const evidence = evidenceOf(run, '');
  const results = invariants.map((invariant) => judge(invariant, evidence));
  const findings: Finding[] = results.flatMap(({ id, violations }) =>
    violations.map(({ title, steps }) => ({ promise: id, title, steps })),
  );
  for (const [session, { result }] of outcome.trace.calls.entries()) {
    const meaning = result.ok ? undefined : meanings[result.code];
    if (result.ok || meaning === undefined) continue;
    const call = definition.calls[session];
    const what = call ? callTitle(call) : `session ${session + 1}`;
    findings.push({
      promise: 'progress',
      title: `"${what}" ended in ${meaning} (${result.code})`,
      steps: [],
    });
  }
  const lost = run.history.operations.find((each) => each.class === 'setup' || each.class === 'connection');
  const undecided = results.flatMap(({ verdict, checked, summary }) =>
    verdict === 'unknown' && checked.count > 0 ? [summary] : [],
  );
  if (lost) undecided.push(`${lost.f} was answered ${lost.code}: the case is not set up as it should be`);
  findings.push(...capacityProblem(definition, outcome), ...statusProblems(outcome));
  return { findings, undecided };
}

function runDataOf(outcome: Outcome, { run, databaseClock }: JudgeContext): RunData {
  const { instance } = outcome.prepared;
  const statement = instance.calls.some(({ f }) => f === 'sql');
  const world = emptyWorld();
  world.restaurants.push(...instance.restaurants);
  world.table_inventory.push(...instance.tables);
  world.bookings.push(...instance.bookings);
  world.table_holds.push(...instance.holds);
  return {
    manifest: { ...EMPTY_MANIFEST, run, database_clock: databaseClock },
    thresholds: null,
    plan: {
      v: 1,
      seed: 0,
      tag: run,
      anchor: EMPTY_MANIFEST.started_at,
      profile: 'explore',
      world,
      scenarios: {},
      thresholds: {},
    },
    bookings: new Map(instance.bookings.map((booking) => [booking.id, booking])),
    history: {
      operations: historyOf(outcome, run),
      anchors: new Map([[RUNNER, anchorOf(run)]]),
      incomplete: statement ? new Map([[RUNNER, 'a call of the case is a statement of its own']]) : new Map(),
      warnings: [],
    },
    observations: new Map(),
    boundaries: null,
    faults: [],
    finalState: finalStateOf(outcome.rows),
    teardown: null,
    statusMatrix: null,
    explored: null,
  };
}

/** The fields that none of these checks looks at. */
const EMPTY_MANIFEST: Manifest = {
  v: 1,
  run: '00000000',
  command: ['explore'],
  seed: 0,
  profile: 'explore',
  scenarios: [],
  left_out: [],
  broken: null,
  kept: false,
  started_at: new Date(0).toISOString(),
  ended_at: null,
  target: { kind: 'local', description: '', migrations: null },
  isolation: null,
  time_limits: null,
  versions: {},
  harness: { version: '', commit: null, dirty: null, node: '', platform: '' },
  thresholds: {},
  database_clock: null,
  load: { runners: 1, where: 'here', collected_at: null },
  runs: [],
  failure: null,
};
