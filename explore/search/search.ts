import { type Block, type Schedule, scheduleOf } from '../scheduler/schedule.ts';
import type { Trace } from '../scheduler/trace.ts';
import { dependent, type Footprint, NOTHING, union } from './footprint.ts';
import { placeEvents, statesOf } from './happens-before.ts';
import { type Position, positionsOf } from './positions.ts';

/** A beginning of a schedule that is still to be tried. */
export interface Candidate {
  readonly schedule: Schedule;
  /** How many choices the beginning fixes. */
  readonly choices: number;
  readonly preemptions: number;
}

/** A switch that nothing seen so far makes worth trying. */
interface Postponed {
  readonly candidate: Candidate;
  readonly session: number;
  readonly footprint: Footprint;
  readonly progress: readonly number[];
}

/**
 * Which schedules to run: depth first, those with fewer preemptions before those with more (iterative context bounding,
 * Musuvathi and Qadeer 2007), none twice.
 *
 * Reduction leaves out schedules that differ from one that is tried in the order of independent steps only, and loses none
 * with as few preemptions:
 * - a session is interrupted only before a step that something of another session, still to come, depends on. Any other
 *   step can be taken before the interruption as well, or, at the begin of a call, after it. What is to come is known from
 *   the schedules so far; when a later one shows more, what was left out is tried after all.
 * - from a state that was reached before, with no more preemptions and the same session running, nothing is tried again.
 */
export class Search {
  private readonly sessions: number;
  private readonly reduce: boolean;
  private readonly waiting: Candidate[][] = [[{ schedule: [], choices: 0, preemptions: 0 }]];
  private readonly reached = new Map<string, number>();
  /** What each session touched at its n-th step, in any schedule. */
  private readonly touched: Footprint[][];
  private postponed: Postponed[] = [];

  /** @param reduce false: every order of steps counts as different */
  constructor(sessions: number, reduce = true) {
    this.sessions = sessions;
    this.reduce = reduce;
    this.touched = Array.from({ length: sessions }, () => []);
  }

  /** Beginnings that are known and not tried yet. */
  get frontier(): number {
    return this.waiting.reduce((count, level) => count + level.length, 0);
  }

  /**
   * The next schedule to run.
   *
   * @param bound most preemptions that it may have
   * @returns null when all up to the bound are done
   */
  next(bound: number): Candidate | null {
    for (;;) {
      for (let level = 0; level < this.waiting.length && level <= bound; level += 1) {
        const candidate = this.waiting[level]?.pop();
        if (candidate) return candidate;
      }
      if (!this.reconsider(bound)) return null;
    }
  }

  /** A candidate that was taken and not tried. */
  putBack(candidate: Candidate): void {
    this.add(candidate);
  }

  /** Whether nothing is left, with however many preemptions. */
  get exhausted(): boolean {
    return this.frontier === 0 && !this.reconsider(Number.POSITIVE_INFINITY) && this.frontier === 0;
  }

  /**
   * Learns from a schedule that was run to its end.
   *
   * @param footprints of each session's steps
   */
  learn(candidate: Candidate, trace: Trace, footprints: readonly (readonly Footprint[])[]): void {
    for (const [session, steps] of footprints.entries()) {
      const known = this.touched[session] ?? [];
      for (const [index, footprint] of steps.entries()) {
        known[index] = union(known[index] ?? NOTHING, footprint);
      }
    }
    const positions = positionsOf(trace);
    const placed = placeEvents(trace.events, footprints);
    const states = this.reduce ? statesOf(placed, this.sessions) : [];
    for (const [choice, position] of positions.entries()) {
      // The choices that the beginning fixed were weighed when it was made.
      if (choice < candidate.choices) continue;
      if (this.reduce && choice > 0 && this.wasReached(states[position.event] ?? '', position)) return;
      this.branch(position, choice, trace, placed[position.event]?.footprint ?? NOTHING);
    }
  }

  private wasReached(state: string, { current, preemptions }: Position): boolean {
    const key = `${state} ${current ?? ''}`;
    const before = this.reached.get(key);
    if (before !== undefined && before <= preemptions) return true;
    this.reached.set(key, preemptions);
    return false;
  }

  private branch(position: Position, choice: number, trace: Trace, footprint: Footprint): void {
    const { chosen, current, enabled, preemptions } = position;
    for (const other of enabled) {
      if (other === chosen) continue;
      const preempts = current !== null && other !== current;
      const candidate: Candidate = {
        schedule: beginning(trace, position.event, other),
        choices: choice + 1,
        preemptions: preemptions + (preempts ? 1 : 0),
      };
      const postponed: Postponed = { candidate, session: chosen, footprint, progress: position.progress };
      if (this.reduce && preempts && !this.matters(postponed)) this.postponed.push(postponed);
      else this.add(candidate);
    }
  }

  /** Whether the step that is put off matters to anything that other sessions may still do. */
  private matters({ session, footprint, progress }: Postponed): boolean {
    if (this.isLeading(session, progress)) return false;
    return this.touchedByOthers(session, progress).some((each) => dependent(footprint, each));
  }

  /** Whether the session has done nothing yet that matters to others: it could as well begin later. */
  private isLeading(session: number, progress: readonly number[]): boolean {
    const done = this.touched[session]?.slice(0, progress[session] ?? 0) ?? [];
    const others = this.touchedByOthers(session, []);
    return done.every((own) => others.every((each) => !dependent(own, each)));
  }

  private touchedByOthers(session: number, progress: readonly number[]): Footprint[] {
    return this.touched.flatMap((steps, other) =>
      other === session ? [] : steps.slice(progress[other] ?? 0),
    );
  }

  /** Adds what turned out to matter. @returns whether there was any within the bound */
  private reconsider(bound: number): boolean {
    let found = false;
    const left: Postponed[] = [];
    for (const each of this.postponed) {
      if (each.candidate.preemptions > bound || !this.matters(each)) left.push(each);
      else {
        this.add(each.candidate);
        found = true;
      }
    }
    this.postponed = left;
    return found;
  }

  private add(candidate: Candidate): void {
    const level = this.waiting[candidate.preemptions] ?? [];
    this.waiting[candidate.preemptions] = level;
    for (let index = 0; index < this.waiting.length; index += 1) this.waiting[index] ??= [];
    level.push(candidate);
  }
}

/** What was done before an event, and then a step of another session. */
function beginning(trace: Trace, event: number, session: number): Block[] {
  const calls = trace.calls.map((call) => ({ ...call, steps: call.steps }));
  const before = scheduleOf({ events: trace.events.slice(0, event), calls });
  return [...before, { session, until: null }];
}
