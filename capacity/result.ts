import {
  type CapacityEnding,
  type CapacityResult,
  type CapacityStep,
  capacityEndings,
} from '../contracts/capacity-result.ts';
import { ExitCode } from '../contracts/errors.ts';
import { findKnee } from './knee.ts';
import { describeLimit } from './limit-words.ts';
import { answerOf } from './search/answer.ts';
import type { Run } from './search/decide.ts';
import { formatRate } from './words.ts';

type Answered =
  | 'headline'
  | 'exit_code'
  | 'sustainable'
  | 'bound'
  | 'limit'
  | 'knee'
  | 'violation'
  | 'warnings';

/** Everything that is known before the steps are interpreted. */
export type CapacityFacts = Omit<CapacityResult, Answered> & {
  violation: CapacityResult['violation'];
  /** Exit code of what ended it, where something failed. */
  failed: number | null;
  notes: readonly string[];
};

/** A step, as far as the search is concerned. */
export function runOf(step: CapacityStep): Run {
  const { rate, holds, clear, limit } = step;
  return {
    rate,
    holds,
    clear,
    violation: step.correctness === 'fail',
    generator_limited: !holds && (limit === 'load-generator' || limit === 'virtual-users'),
  };
}

/** What the steps of a search say, also of one that was cut short. Pure. */
export function interpret(facts: CapacityFacts): CapacityResult {
  const { failed, notes, violation, ...rest } = facts;
  // Checks of rates that were asked for are no part of the search.
  const searched = facts.steps.filter(({ phase }) => phase !== 'check');
  const { sustainable, bound } = answerOf(searched.map(runOf));
  const answer = {
    sustainable: sustainable && { ...sustainable, confirmed: sustainable.runs >= wantedRuns(facts, bound) },
    bound,
    limit: limitOf(searched, sustainable?.rate ?? 0),
    knee: findKnee(searched),
    violation,
  };
  return {
    ...rest,
    ...answer,
    headline: headlineOf(facts, answer),
    exit_code: exitCodeOf(facts, answer),
    warnings: [...notes, ...warningsOf(searched, answer)],
  };
}

type Conclusion = Pick<CapacityResult, 'sustainable' | 'bound' | 'limit' | 'knee' | 'violation'>;

/** A rate that held at the maximum, clearly, needs one witness less. */
function wantedRuns({ search, ended }: CapacityFacts, bound: CapacityResult['bound']): number {
  return ended === 'held-at-max' && bound === 'at-least' ? Math.min(2, search.repeats) : search.repeats;
}

/** Seen at the lowest rate that breaks: what broke there broke first. */
function limitOf(steps: readonly CapacityStep[], above: number): CapacityResult['limit'] {
  const broken = steps
    .filter(({ holds, rate, correctness }) => !holds && rate > above && correctness !== 'fail')
    .sort((a, b) => a.rate - b.rate);
  const step = broken[0];
  const [reason] = step?.reasons ?? [];
  if (!step || !reason || step.limit === null) return null;
  return {
    what: step.limit,
    sentence: describeLimit(step.limit, step),
    rate: step.rate,
    criterion: reason.criterion,
    reasons: step.reasons.map(({ text }) => text),
  };
}

function headlineOf({ ended, slo, isolated, steps }: CapacityFacts, answer: Conclusion): string {
  const { sustainable, bound, limit, violation } = answer;
  if (violation) {
    return `no capacity: at ${formatRate(violation.rate)} ${violation.promise} is broken: ${violation.title}`;
  }
  if (isolated.verdict === 'fail') return `isolated is broken: ${isolated.summary}`;
  const within = slo.latency.map(({ percentile, ms }) => `p${percentile} at most ${ms} ms`).join(', ');
  if (sustainable === null) {
    if (steps.length === 0) return `nothing was measured: ${capacityEndings[ended]}`;
    const why = limit === null ? '' : ` (${limit.reasons[0]})`;
    return `no rate was seen to hold the SLO (${within}): ${capacityEndings[ended]}${why}`;
  }
  const cut = sustainable.confirmed ? '' : `; not confirmed: ${capacityEndings[ended]}`;
  const rate = `${Number(sustainable.rate.toFixed(2))} assignments per second`;
  if (bound === 'at-least') {
    const why = limit === null ? 'nothing broke up to there' : limit.sentence;
    return `at least ${rate} within the SLO (${within}); ${why}${cut}`;
  }
  const interval = `${formatRate(sustainable.low)} to ${formatRate(sustainable.high)}`;
  return `${rate} within the SLO (${within}), interval ${interval}; then ${limit?.reasons[0] ?? 'it breaks'}${cut}`;
}

function exitCodeOf({ ended, failed, isolated }: CapacityFacts, answer: Conclusion): number {
  const { sustainable, violation } = answer;
  if (violation || isolated.verdict === 'fail') return ExitCode.fail;
  if (failed !== null) return failed;
  if (isolated.verdict === 'unknown') return ExitCode.unknown;
  if (sustainable === null) return ended === 'breaks-at-lowest' ? ExitCode.thresholds : ExitCode.unknown;
  return sustainable.confirmed ? ExitCode.pass : ExitCode.unknown;
}

function warningsOf(steps: readonly CapacityStep[], { sustainable, bound, limit }: Conclusion): string[] {
  const warnings: string[] = [];
  if (bound === 'at-least' && sustainable) {
    warnings.push(
      `nothing is known of rates above ${formatRate(sustainable.high)}: whatever is said of them is extrapolation`,
    );
  }
  if (limit?.what === 'machine-cpu') {
    warnings.push('load generator and target share this machine, so this is what both together carry');
  }
  const late = steps.filter(
    ({ holds, observed }) => holds && observed.start_lag_ms !== null && observed.start_lag_ms > 20,
  );
  if (late.length > 0) {
    warnings.push(
      `in ${late.length} step${late.length === 1 ? '' : 's'} that held the load generator sent 5 % of its calls more than 20 ms late; latencies count that`,
    );
  }
  const confirming = steps.filter(({ rate, holds }) => holds && rate === sustainable?.rate);
  const unsteady = confirming.filter(({ warm_up }) => !warm_up.steady).length;
  if (unsteady * 2 > confirming.length) {
    warnings.push(
      `at the rate that was found latencies did not settle in ${unsteady} of ${confirming.length} steps; nothing was left out of them as warm-up: use longer steps (--step)`,
    );
  }
  const unlike = steps.filter(
    ({ rate, holds }) => holds && steps.some((each) => !each.holds && each.rate < rate),
  );
  if (unlike.length > 0) {
    warnings.push(
      `${unlike.length} step${unlike.length === 1 ? '' : 's'} held above a rate that broke: the target does not behave alike all the time; the answer is the lower rate`,
    );
  }
  return warnings;
}

/** Whether a search that ended like this came to its own end. */
export function cameToItsEnd(ended: CapacityEnding): boolean {
  return ended === 'found' || ended === 'held-at-max' || ended === 'breaks-at-lowest';
}
