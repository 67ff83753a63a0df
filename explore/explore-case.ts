import type { CaseDefinition } from '../contracts/explore-case.ts';
import type { CaseResult, Claim } from '../contracts/explore-result.ts';
import { randomStream } from '../plan/random.ts';
import type { CaseLimits, CaseProgress } from './case-limits.ts';
import type { Traced, Workbench } from './database/workbench.ts';
import type { JudgeContext } from './judge/judge.ts';
import { JudgedSchedules } from './judged-schedules.ts';
import { beginsWith, type Chooser, describeSchedule, following, scheduleOf } from './scheduler/schedule.ts';
import type { Footprint } from './search/footprint.ts';
import { preemptionsOf } from './search/positions.ts';
import { randomPriorities } from './search/random-priorities.ts';
import type { FootprintReader } from './search/read-footprints.ts';
import { type Candidate, Search } from './search/search.ts';

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
  private readonly onProgress: (progress: CaseProgress) => void;
  private readonly search: Search;
  private readonly judged: JudgedSchedules;
  /** Schedules that did not take the steps that they should, in words. */
  private readonly strayed: string[] = [];
  private schedules = 0;
  private sampled = 0;
  /** Schedules of which it is not known where they lead. */
  private lost = 0;
  private spent = 0;
  private begun: number | null = null;
  /** Most preemptions up to which all was tried; -1: not even without any. */
  private reached = -1;
  private exhausted = false;
  private steps = 0;
  /** Of the schedule that was run last, the judgement: it is made while the next one is run. */
  private judging: Promise<void> = Promise.resolve();

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
    this.judged = new JudgedSchedules(options);
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
    return this.exhausted || this.lost > 0 || (this.judged.findings.length > 0 && !this.limits.keepGoing);
  }

  /** Whether all was tried that was asked for. */
  private get whole(): boolean {
    const { preemptions, samples } = this.limits;
    return this.exhausted || (this.reached >= preemptions && this.sampled >= samples);
  }

  get name(): string {
    return this.definition.name;
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
        const traced = await this.run(choose);
        this.sampled += 1;
        await this.judge(traced);
      }
    });
  }

  result(): CaseResult {
    const { findings, outcomes, transient, undecided } = this.judged;
    const interrupted = this.limits.signal?.aborted === true && !this.done && !this.whole;
    const notes = [...this.judged.notes];
    if (interrupted) notes.push('interrupted: what is said holds of the schedules that were run');
    const [strayed] = this.strayed;
    if (strayed !== undefined) {
      const count = this.strayed.length === 1 ? '' : ` (the first of ${this.strayed.length})`;
      notes.push(`not the same steps each time: ${strayed}${count}`);
    }
    const open = undecided > 0 || this.lost > 0 || this.schedules === 0 || interrupted;
    return {
      name: this.definition.name,
      about: this.definition.about,
      sessions: this.definition.calls.length,
      verdict: findings.length > 0 ? 'fail' : open ? 'unknown' : 'pass',
      claim: this.claim(),
      schedules: this.schedules,
      sampled: this.sampled,
      frontier: this.search.frontier,
      outcomes: outcomes.size,
      transient,
      ms: this.ms,
      findings,
      notes,
    };
  }

  /** Different outcomes so far, and how often each came. */
  get seen(): ReadonlyMap<string, number> {
    return this.judged.outcomes;
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
      await this.judging;
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
      const traced = await this.run(following(candidate.schedule));
      const { trace } = traced;
      if (trace.stuck !== null) {
        await this.judge(traced);
        this.lost += 1;
        return;
      }
      if (!beginsWith(scheduleOf(trace), candidate.schedule)) {
        if (attempt < ATTEMPTS) continue;
        const [wanted, taken] = [candidate.schedule, scheduleOf(trace)].map(describeSchedule);
        this.strayed.push(`${wanted} was to be followed, and became ${taken}`);
        this.lost += 1;
        return;
      }
      this.search.learn(candidate, trace, this.footprints(traced));
      await this.judge(traced);
      return;
    }
  }

  /** Begins to judge a schedule, when the one before it is judged. */
  private async judge(traced: Traced): Promise<void> {
    await this.judging;
    const place = { schedule: this.schedules, ms: this.ms };
    const judging = this.workbench.finish(traced).then((outcome) => this.judged.add(outcome, place));
    this.judging = judging;
    // What goes wrong is thrown where it is waited for.
    judging.catch(() => {});
  }

  private async run(choose: Chooser): Promise<Traced> {
    const traced = await this.workbench.runCalls(this.definition, choose, this.limits.deadline);
    this.schedules += 1;
    this.steps = Math.max(
      this.steps,
      traced.trace.calls.reduce((sum, { steps }) => sum + steps, 0),
    );
    this.onProgress({
      schedules: this.schedules,
      perSecond: (this.schedules * 1000) / this.ms,
      frontier: this.search.frontier,
      preemptions: preemptionsOf(traced.trace),
    });
    return traced;
  }

  private footprints({ trace, prepared }: Traced): Footprint[][] {
    const texts = this.workbench.callTexts(prepared.instance.calls);
    return trace.calls.map((_, session) => {
      const steps = trace.events.flatMap((event) =>
        event.kind === 'step' && event.step.session === session ? [event.step] : [],
      );
      return this.reader.read(steps, texts[session]?.enters ?? null);
    });
  }
}
