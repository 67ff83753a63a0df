import type { CaseResult, Claim, ExploreFinding } from '../contracts/explore-result.ts';
import { randomStream } from '../plan/random.ts';
import { callTitle } from './cases/call-title.ts';
import type { CaseDefinition } from './cases/definition.ts';
import type { Outcome, Workbench } from './database/workbench.ts';
import { type JudgeContext, judgeOutcome } from './judge/judge.ts';
import { describeOutcome } from './judge/outcome.ts';
import {
  type Chooser,
  describeSchedule,
  following,
  type Schedule,
  scheduleOf,
} from './scheduler/schedule.ts';
import type { Footprint } from './search/footprint.ts';
import { preemptionsOf } from './search/positions.ts';
import { randomPriorities } from './search/random-priorities.ts';
import type { FootprintReader } from './search/read-footprints.ts';
import { type Candidate, Search } from './search/search.ts';
import { showSteps, withNames } from './show-steps.ts';

export interface CaseLimits {
  /** Most preemptions that are gone through systematically. */
  readonly preemptions: number;
  /** Milliseconds for the case. */
  readonly budget: number;
  /** Milliseconds for one schedule. */
  readonly deadline: number;
  /** Random schedules, at most, when the systematic ones are done or time for them is over. */
  readonly samples: number;
  /** Whether schedules that differ in the order of independent steps only are left out. */
  readonly reduce: boolean;
  readonly seed: number;
  readonly signal?: AbortSignal | undefined;
  /** Goes on after a finding until the limits are reached. */
  readonly keepGoing: boolean;
}

/** How a case stands. */
export interface CaseProgress {
  readonly schedules: number;
  readonly perSecond: number;
  readonly frontier: number;
  readonly preemptions: number;
}

/** Of the budget, what systematic schedules may take while some are left for random ones. */
const SYSTEMATIC_SHARE = 0.8;
/** How often a schedule is tried that does not take the steps that it should. */
const ATTEMPTS = 3;
/** Change points of random schedules and one: defects that need so many orderings are found with known probability. */
const DEPTH = 3;

/** Runs the schedules of one case. */
export class CaseExplorer {
  private readonly workbench: Workbench;
  private readonly reader: FootprintReader;
  private readonly definition: CaseDefinition;
  private readonly limits: CaseLimits;
  private readonly context: JudgeContext;
  private readonly onProgress: (progress: CaseProgress) => void;
  private readonly search: Search;
  private readonly outcomes = new Map<string, number>();
  private readonly findings = new Map<string, ExploreFinding>();
  private readonly notes = new Set<string>();
  private schedules = 0;
  private sampled = 0;
  private transient = 0;
  private undecided = 0;
  private lost = 0;
  private spent = 0;
  private begun: number | null = null;
  /** Most preemptions up to which all was tried; -1: not even without any. */
  private reached = -1;
  private exhausted = false;
  private steps = 0;

  constructor(options: {
    workbench: Workbench;
    reader: FootprintReader;
    definition: CaseDefinition;
    limits: CaseLimits;
    context: JudgeContext;
    onProgress?: (progress: CaseProgress) => void;
  }) {
    this.workbench = options.workbench;
    this.reader = options.reader;
    this.definition = options.definition;
    this.limits = options.limits;
    this.context = options.context;
    this.onProgress = options.onProgress ?? (() => {});
    this.search = new Search(options.definition.calls.length, options.limits.reduce);
  }

  /** The case within its limits: systematically, bound by bound, then at random. */
  async explore(): Promise<CaseResult> {
    const { preemptions, budget, samples } = this.limits;
    const share = samples > 0 ? SYSTEMATIC_SHARE : 1;
    for (let bound = 0; bound <= preemptions && !this.done; bound += 1) {
      const spent = this.ms;
      await this.advance(bound, budget * share - spent);
      if (this.reached < bound) break;
    }
    await this.sample(budget - this.ms);
    return this.result();
  }

  /** Whether nothing is left to be tried, or enough is known. */
  get done(): boolean {
    return this.exhausted || this.lost > 0 || (this.findings.size > 0 && !this.limits.keepGoing);
  }

  /**
   * Runs what is left of the schedules with so many preemptions, or fewer.
   *
   * @param budget milliseconds
   */
  async advance(bound: number, budget: number): Promise<void> {
    await this.within(budget, async (inTime) => {
      for (let next = this.search.next(bound); next !== null; next = this.search.next(bound)) {
        if (!inTime()) {
          this.search.putBack(next);
          return;
        }
        await this.tryCandidate(next);
      }
      this.reached = bound;
      this.exhausted = this.search.exhausted;
    });
  }

  /** Runs random schedules. @param budget milliseconds */
  async sample(budget: number): Promise<void> {
    const random = randomStream(this.limits.seed, `explore ${this.definition.name}`);
    await this.within(budget, async (inTime) => {
      while (!this.done && this.sampled < this.limits.samples && inTime()) {
        const choose = randomPriorities(random, this.definition.calls.length, this.steps, DEPTH);
        const outcome = await this.run(choose);
        this.sampled += 1;
        if (outcome.trace.stuck === null) this.judge(outcome);
        else this.note(outcome, [{ promise: 'deadline', title: outcome.trace.stuck, steps: [] }]);
      }
    });
  }

  result(): CaseResult {
    const findings = [...this.findings.values()];
    if (this.limits.signal?.aborted) {
      this.notes.add('interrupted: what is said holds of the schedules that were run');
    }
    const open = this.undecided > 0 || this.lost > 0 || this.schedules === 0;
    return {
      name: this.definition.name,
      about: this.definition.about,
      sessions: this.definition.calls.length,
      verdict: findings.length > 0 ? 'fail' : open ? 'unknown' : 'pass',
      claim: this.claim(),
      schedules: this.schedules,
      sampled: this.sampled,
      frontier: this.search.frontier,
      outcomes: this.outcomes.size,
      transient: this.transient,
      ms: this.ms,
      findings,
      notes: [...this.notes],
    };
  }

  /** Different outcomes so far, and how often each came. */
  get seen(): ReadonlyMap<string, number> {
    return this.outcomes;
  }

  private claim(): Claim {
    // What could not be followed was not seen, and may have led on.
    if (this.lost > 0 || this.reached < 0) return { kind: 'sampled' };
    return this.exhausted ? { kind: 'all' } : { kind: 'bounded', preemptions: this.reached };
  }

  private async within(budget: number, action: (inTime: () => boolean) => Promise<void>): Promise<void> {
    const begun = performance.now();
    this.begun = begun;
    try {
      await action(() => !this.limits.signal?.aborted && performance.now() - begun < budget);
    } finally {
      this.spent += performance.now() - begun;
      this.begun = null;
    }
  }

  /** Milliseconds that the case took so far. */
  private get ms(): number {
    return this.spent + (this.begun === null ? 0 : performance.now() - this.begun);
  }

  private async tryCandidate(candidate: Candidate): Promise<void> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.run(following(candidate.schedule));
      if (outcome.trace.stuck !== null) {
        this.note(outcome, [{ promise: 'deadline', title: outcome.trace.stuck, steps: [] }]);
        return;
      }
      if (!followed(candidate.schedule, scheduleOf(outcome.trace))) {
        if (attempt < ATTEMPTS) continue;
        const [wanted, taken] = [candidate.schedule, scheduleOf(outcome.trace)].map(describeSchedule);
        this.notes.add(`not the same steps each time: ${wanted} was to be followed, and became ${taken}`);
        this.lost += 1;
        return;
      }
      this.search.learn(candidate, outcome.trace, this.footprints(outcome));
      this.judge(outcome);
      return;
    }
  }

  private async run(choose: Chooser): Promise<Outcome> {
    const outcome = await this.workbench.run(this.definition, choose, this.limits.deadline);
    this.schedules += 1;
    this.steps = Math.max(
      this.steps,
      outcome.trace.calls.reduce((sum, { steps }) => sum + steps, 0),
    );
    this.onProgress({
      schedules: this.schedules,
      perSecond: (this.schedules * 1000) / this.ms,
      frontier: this.search.frontier,
      preemptions: preemptionsOf(outcome.trace),
    });
    return outcome;
  }

  private footprints({ trace, prepared }: Outcome): Footprint[][] {
    const texts = this.workbench.callTexts(prepared.instance.calls);
    return trace.calls.map((_, session) => {
      const steps = trace.events.flatMap((event) =>
        event.kind === 'step' && event.step.session === session ? [event.step] : [],
      );
      return this.reader.read(steps, texts[session]?.enters ?? null);
    });
  }

  private judge(outcome: Outcome): void {
    const text = describeOutcome(outcome);
    this.outcomes.set(text, (this.outcomes.get(text) ?? 0) + 1);
    const { findings, undecided } = judgeOutcome(this.definition, outcome, this.context);
    if (findings.some(({ promise }) => promise === 'progress')) this.transient += 1;
    if (undecided.length > 0) {
      this.undecided += 1;
      for (const reason of undecided) this.notes.add(withNames(reason, outcome.prepared.instance.names));
    }
    this.note(outcome, findings);
  }

  /** Keeps, for each promise, the schedule with the fewest preemptions, and of those the one with the fewest steps. */
  private note(
    outcome: Outcome,
    findings: readonly { promise: string; title: string; steps: readonly { text: string }[] }[],
  ): void {
    const { trace, prepared } = outcome;
    const { names, calls } = prepared.instance;
    const preemptions = preemptionsOf(trace);
    for (const { promise, title, steps } of findings) {
      const known = this.findings.get(promise);
      const length = trace.events.length;
      if (known && known.preemptions < preemptions) continue;
      if (known && known.preemptions === preemptions && known.steps.length <= length) continue;
      const texts = this.workbench.callTexts(calls);
      this.findings.set(promise, {
        promise,
        title: withNames(title, names),
        reasons: steps.map(({ text }) => withNames(text, names)),
        preemptions,
        at_schedule: known?.at_schedule ?? this.schedules,
        after_ms: known?.after_ms ?? this.ms,
        schedule: scheduleOf(trace),
        calls: this.definition.calls.map(callTitle),
        steps: showSteps(outcome, this.workbench.instrumentation, this.reader, texts),
        outcome: describeOutcome(outcome),
        replay: null,
        repro: null,
      });
    }
  }
}

/** Whether a schedule that was run begins with the one that was to be followed. */
function followed(wanted: Schedule, run: Schedule): boolean {
  return wanted.every((block, index) => {
    const taken = run[index];
    if (taken?.session !== block.session) return false;
    // The last block is open: its session may have been interrupted later only.
    return index === wanted.length - 1 || taken.until === block.until;
  });
}
