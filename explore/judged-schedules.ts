import type { CaseDefinition } from '../contracts/explore-case.ts';
import type { ExploreFinding } from '../contracts/explore-result.ts';
import { callTitle } from './cases/call-title.ts';
import type { Outcome, Workbench } from './database/workbench.ts';
import { type Finding, type JudgeContext, judgeOutcome } from './judge/judge.ts';
import { describeOutcome } from './judge/outcome.ts';
import { scheduleOf } from './scheduler/schedule.ts';
import { preemptionsOf } from './search/positions.ts';
import type { FootprintReader } from './search/read-footprints.ts';
import { showSteps, withNames } from './show-steps.ts';

/** When a schedule was run: as which of its case, and after how many milliseconds. */
export interface Place {
  readonly schedule: number;
  readonly ms: number;
}

/** What the schedules of a case led to, and the clearest one that breaks each promise. */
export class JudgedSchedules {
  /** Different outcomes, and how often each came. */
  readonly outcomes = new Map<string, number>();
  /** Why some promise could not be judged. */
  readonly notes = new Set<string>();
  /** Schedules in which some call ended in a transient error. */
  transient = 0;
  /** Schedules that could not be judged whole. */
  undecided = 0;
  private readonly byPromise = new Map<string, ExploreFinding>();
  private readonly workbench: Workbench;
  private readonly reader: FootprintReader;
  private readonly definition: CaseDefinition;
  private readonly context: JudgeContext;

  constructor(options: {
    workbench: Workbench;
    reader: FootprintReader;
    definition: CaseDefinition;
    context: JudgeContext;
  }) {
    this.workbench = options.workbench;
    this.reader = options.reader;
    this.definition = options.definition;
    this.context = options.context;
  }

  get findings(): ExploreFinding[] {
    return [...this.byPromise.values()];
  }

  /** Judges a schedule that was run. */
  add(outcome: Outcome, place: Place): void {
    const { stuck } = outcome.trace;
    if (stuck !== null) {
      this.note(outcome, [{ promise: 'deadline', title: stuck, steps: [] }], place);
      return;
    }
    const text = describeOutcome(outcome);
    this.outcomes.set(text, (this.outcomes.get(text) ?? 0) + 1);
    const { findings, undecided } = judgeOutcome(this.definition, outcome, this.context);
    if (findings.some(({ promise }) => promise === 'progress')) this.transient += 1;
    if (undecided.length > 0) {
      this.undecided += 1;
      for (const reason of undecided) this.notes.add(withNames(reason, outcome.prepared.instance.names));
    }
    this.note(outcome, findings, place);
  }

  /** Keeps, for each promise, the schedule with the fewest preemptions, and of those the one with the fewest steps. */
  private note(outcome: Outcome, findings: readonly Finding[], { schedule, ms }: Place): void {
    const { trace, prepared } = outcome;
    const { names, calls } = prepared.instance;
    const preemptions = preemptionsOf(trace);
    for (const { promise, title, steps } of findings) {
      const known = this.byPromise.get(promise);
      const length = trace.events.length;
      if (known && known.preemptions < preemptions) continue;
      if (known && known.preemptions === preemptions && known.steps.length <= length) continue;
      const texts = this.workbench.callTexts(calls);
      this.byPromise.set(promise, {
        promise,
        title: withNames(title, names),
        reasons: steps.map(({ text }) => withNames(text, names)),
        preemptions,
        at_schedule: known?.at_schedule ?? schedule,
        after_ms: known?.after_ms ?? ms,
        schedule: scheduleOf(trace),
        calls: this.definition.calls.map(callTitle),
        steps: showSteps(outcome, this.workbench.instrumentation, this.reader, texts),
        outcome: describeOutcome(outcome),
        replay: null,
        repro: null,
        command: null,
      });
    }
  }
}
