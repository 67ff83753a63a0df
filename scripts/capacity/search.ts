import { runOf } from '../../capacity/result.ts';
import { answerOf } from '../../capacity/search/answer.ts';
import { roundRate } from '../../capacity/search/rates.ts';
import { type Bracket, type Next, nextStep } from '../../capacity/search/search.ts';
import { formatMs, formatRate } from '../../capacity/words.ts';
import type { CapacityEnding, CapacityStep } from '../../contracts/capacity-result.ts';
import type { Progress } from '../../contracts/progress.ts';
import type { RunData } from '../../verify/run-data.ts';
import type { StageReporter } from '../stage-reporter.ts';
import type { CapacityRequest } from './request.ts';
import type { StepOutcome } from './run-step.ts';
import { sizeStep } from './step-plan.ts';

/** Seconds that a step takes besides its load, until some were measured. */
const USUAL_OVERHEAD = 5;

/** What a search has found so far; filled while it goes on, so that it can be cut short at any time. */
export interface Found {
  steps: CapacityStep[];
  ended: CapacityEnding | null;
  violation: { step: number; rate: number; promise: string; title: string } | null;
  /** Of the last step. */
  data: RunData | null;
  notes: string[];
}

/** What a search needs of the world around it. */
export interface SearchContext {
  request: CapacityRequest;
  reporter: StageReporter;
  /** Runs one step; throws the reason of the signal when that ends it. */
  runStep: (
    step: Pick<CapacityStep, 'number' | 'phase' | 'rate'>,
    abort: AbortSignal,
    progress: Progress,
  ) => Promise<StepOutcome>;
}

export function nothingFound(): Found {
  return { steps: [], ended: null, violation: null, data: null, notes: [] };
}

/**
 * Goes through the steps that the search asks for until it has its answer or its time is up, then through the checks.
 *
 * @param abort ends it at once; what it throws then is the reason, and `found` has what came before
 */
export async function search(context: SearchContext, found: Found, abort: AbortSignal): Promise<void> {
  const { search: settings } = context.request;
  const clock = new SearchClock(settings.max_duration_s);
  const deadline = AbortSignal.any([abort, clock.signal]);
  try {
    for (;;) {
      const next = nextStep(settings, found.steps.map(runOf), clock.steps(settings.step_s));
      if (next.kind === 'end') {
        found.ended = next.ending;
        break;
      }
      if (!clock.allows(sizeStep(context.request, next.rate).duration_s)) {
        found.ended = 'time-up';
        return;
      }
      await measure(context, found, next, clock, deadline);
    }
    for (const rate of checksOf(context, found)) {
      if (found.violation) return;
      if (!clock.allows(sizeStep(context.request, rate).duration_s)) {
        found.notes.push(`the check at ${formatRate(rate)} was left out: the time was up`);
        return;
      }
      const bracket = { holds: null, breaks: null };
      await measure(context, found, { kind: 'measure', rate, phase: 'check', bracket }, clock, deadline);
    }
  } catch (error) {
    abort.throwIfAborted();
    if (!clock.signal.aborted) throw error;
    found.ended ??= 'time-up';
  } finally {
    clock.release();
  }
}

type Measure = Omit<Extract<Next, { kind: 'measure' }>, 'phase'> & { phase: CapacityStep['phase'] };

async function measure(
  context: SearchContext,
  found: Found,
  { rate, phase, bracket }: Measure,
  clock: SearchClock,
  abort: AbortSignal,
): Promise<void> {
  const number = found.steps.length + 1;
  const begun = performance.now();
  const where = describeBracket(bracket);
  const { step, data, broken } = await context.reporter.stage(
    `step ${number}`,
    (progress) =>
      context.runStep({ number, phase, rate }, abort, (text) =>
        progress(`${phase} ${formatRate(rate)}${where}: ${text}`),
      ),
    ({ step: done }) => `${phase} ${describeStep(done)}`,
    ({ step: done }) => done.holds,
  );
  clock.took((performance.now() - begun) / 1000, step.duration_s);
  found.steps.push(step);
  found.data = data;
  if (broken) found.violation = { step: number, rate, ...broken };
}

/** ` (holds 40/s, breaks 80/s)`; nothing before the first step. */
export function describeBracket({ holds, breaks }: Bracket): string {
  const parts = [
    holds === null ? '' : `holds ${formatRate(holds)}`,
    breaks === null ? '' : `breaks ${formatRate(breaks)}`,
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ` (${parts.join(', ')})`;
}

/** A step in a line, for the terminal. */
export function describeStep(step: CapacityStep): string {
  const p95 = step.p95 === null ? 'no answer' : `p95 ${formatMs(step.p95)}`;
  const how = step.holds
    ? `holds${step.clear ? '' : ', closely'}`
    : `breaks${step.clear ? '' : ', closely'}: ${step.reasons[0]?.text ?? ''}`;
  return `${formatRate(step.rate)}: ${p95}, ${formatRate(step.achieved)} answered; ${how}`;
}

function checksOf({ request }: SearchContext, { steps, ended, notes }: Found): number[] {
  if (request.checks.length === 0 || ended === 'violation') return [];
  const { sustainable } = answerOf(steps.map(runOf));
  if (sustainable === null) {
    notes.push('there is no rate of which a multiple could be checked');
    return [];
  }
  // Beyond the maximum nothing is done on a hosted project: its ceiling was shown and agreed to.
  const most = request.run.staging === null ? Number.POSITIVE_INFINITY : request.search.max_rate;
  return request.checks.map((factor) => roundRate(sustainable.rate * factor)).filter((rate) => rate <= most);
}

/** How much of the time is left, and whether a step fits into it. */
class SearchClock {
  private readonly started = performance.now();
  private readonly seconds: number;
  private readonly controller = new AbortController();
  private readonly timer: NodeJS.Timeout;
  private overhead = USUAL_OVERHEAD;

  constructor(seconds: number) {
    this.seconds = seconds;
    this.timer = setTimeout(() => this.controller.abort(new Error('the time was up')), seconds * 1000);
    this.timer.unref();
  }

  /** Fires when the time is up. */
  get signal(): AbortSignal {
    return this.controller.signal;
  }

  /** Whether a step of so many seconds of load would be over in time. */
  allows(duration: number): boolean {
    return this.steps(duration) >= 1;
  }

  /** How many steps of so many seconds of load there is time for. */
  steps(duration: number): number {
    const left = this.seconds - (performance.now() - this.started) / 1000;
    return Math.floor(left / (duration + this.overhead));
  }

  took(seconds: number, duration: number): void {
    this.overhead = Math.max(0, seconds - duration);
  }

  release(): void {
    clearTimeout(this.timer);
  }
}
