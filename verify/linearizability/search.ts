import type { RealTime } from '../real-time.ts';
import { type Call, excuse, isOptional } from './call.ts';
import { type Configuration, Configurations, withPlaced } from './configuration.ts';
import { Precedence } from './precedence.ts';
import { type Obstacle, type Step, step } from './specification.ts';
import { State } from './state.ts';
import { UnderWay } from './under-way.ts';

/** What the search of one part may spend: applications of the specification, and configurations kept at once. */
export interface Budget {
  steps: number;
  configurations: number;
}

export type SearchResult =
  | { verdict: 'explained'; steps: number }
  | ({ verdict: 'contradiction'; steps: number } & Contradiction)
  | { verdict: 'spent'; steps: number; what: keyof Budget };

/** The first call, by the time of its answer, of which no order explains the answer. */
export interface Contradiction {
  call: Call;
  /** What all orders of the calls before it come to; `order` is empty unless calls were excused. */
  before: { state: State; order: Call[] }[];
}

/** A configuration on the way to the call whose turn it is, with the calls that went ahead of it. */
interface Attempt extends Configuration {
  ahead: readonly number[];
}

/** From this many differences on, what several states have in common is worth looking for. */
const LARGE = 64;

/**
 * Looks for an order of the calls of one part that respects real time and explains every answer: Wing & Gong 1993, as
 * Lowe 2017 improved it. Calls have their turn in the order of their answers ("just in time": none is placed before
 * somebody needs it), and every configuration is kept, once, that the calls so far can have led to. When none is left,
 * there is no order. Three rules leave out what makes no difference:
 *
 * - **A call that changes nothing is placed as soon as it is legal and a change would come.** Take an order in which it
 *   comes later, and move it up to here. Real time allows that, since everything that must precede it has been placed;
 *   the calls that it jumps over are answered as before, since it leaves the state alone. So there is an order with it
 *   here whenever there is one with it later.
 * - **A call goes ahead of another only when their order matters**, directly or through others between them: else it can
 *   as well be moved behind (independent calls commute, Mazurkiewicz 1977). Calls that change nothing do not count as
 *   such others: what made one legal can be moved behind together with it, and shows it there what it saw before. Those
 *   that see several things, of which another call may have changed one meanwhile, do count (`UnderWay.connects`).
 * - **When something is in the way of a call, and no call under way could remove that**, nothing is tried any further; nor
 *   is a call placed that would put such a thing in its way.
 *
 * With several clocks, calls under way may have to precede each other; then that order matters, whatever they change.
 */
export class Search {
  private readonly budget: Budget;
  private readonly precedence: Precedence;
  private readonly underWay: UnderWay;
  /** Those that have to be placed come first, in the order of their answers; then those that need not be. */
  private readonly calls: readonly Call[];
  private readonly turns: number;
  private readonly excusing: boolean;
  private frontier: Configuration[];
  private steps = 0;

  /**
   * @param excused calls whose answers are not to be explained: each took effect within its time, or not at all. A
   *   contradiction is one then whatever these calls did.
   */
  constructor(part: readonly Call[], time: RealTime, budget: Budget, excused?: ReadonlySet<Call>) {
    this.budget = budget;
    this.precedence = new Precedence(part, time);
    this.excusing = excused !== undefined;
    const calls = part.flatMap((call) => (excused?.has(call) ? excuse(call) : [call]));
    const turns = this.precedence.byAnswer(calls);
    this.turns = turns.length;
    this.calls = [...turns, ...calls.filter(isOptional)];
    this.underWay = new UnderWay(this.calls, this.turns, this.precedence);
    this.frontier = [{ state: State.empty(), placed: [], order: [] }];
  }

  run(): SearchResult {
    for (let turn = 0; turn < this.turns; turn += 1) {
      this.underWay.admit(turn);
      const next = new Configurations<Configuration>(this.turns);
      const seen = new Configurations<Attempt>(this.turns);
      for (const from of this.frontier) {
        if (from.placed.includes(turn)) {
          next.add(this.endTurn(from, turn, from.state));
          continue;
        }
        const what = this.place(turn, from, seen, next);
        if (what !== null) return { verdict: 'spent', steps: this.steps, what };
      }
      const before = this.frontier;
      this.frontier = next.all();
      if (this.frontier.length === 0) return this.contradiction(turn, before);
      this.underWay.remove(turn);
      this.settle();
    }
    return { verdict: 'explained', steps: this.steps };
  }

  /** Adds to `next` every configuration that has the call placed after `from`. */
  private place(
    turn: number,
    from: Configuration,
    seen: Configurations<Attempt>,
    next: Configurations<Configuration>,
  ): keyof Budget | null {
    const start: Attempt = { ...from, ahead: [] };
    const left = seen.add(start) ? [start] : [];
    let rivals: readonly number[] | null = null;
    for (let kept = left.length; left.length > 0; ) {
      const attempt = left.pop() as Attempt;
      const result = this.apply(attempt.state, turn);
      if (result.obstacle === null) {
        const ready = this.withLegalReads(attempt, turn);
        // The last call asks for one order, not for all.
        const isLast = turn === this.turns - 1;
        if (isLast || this.areNeeded(ready.ahead, turn)) {
          for (const state of result.states) next.add(this.endTurn(ready, turn, state));
        }
        if (isLast) return null;
        if (!this.underWay.isTried(turn)) continue;
      } else if (this.isStuck(turn, attempt, result.obstacle)) continue;
      rivals ??= this.underWay.rivalsOf(turn);
      for (const rival of rivals) {
        for (const following of this.withRival(attempt, rival, turn, rivals)) {
          if (!seen.add(following)) continue;
          left.push(following);
          kept += 1;
        }
      }
      if (this.steps > this.budget.steps) return 'steps';
      if (kept > this.budget.configurations) return 'configurations';
    }
    return null;
  }

  private withRival(attempt: Attempt, rival: number, turn: number, rivals: readonly number[]): Attempt[] {
    if (attempt.placed.includes(rival) || !this.underWay.isTried(rival)) return [];
    if (this.underWay.isBarred(rival, turn, attempt)) return [];
    const result = this.apply(attempt.state, rival);
    if (result.obstacle !== null) return [];
    const ready = this.withLegalReads(attempt, rival);
    if (!this.underWay.mayComeNext(rival, ready)) return [];
    return result.states
      .map((state) => this.extend(ready, rival, state))
      .filter((following) => this.isUseful(rival, following, turn, rivals));
  }

  /** Whether a call that went ahead matters to the one whose turn it is, or to another that can still go between them. */
  private isUseful(rival: number, attempt: Attempt, turn: number, rivals: readonly number[]): boolean {
    if (!this.precedence.oneClock || this.underWay.matters(rival, turn)) return true;
    return rivals.some(
      (other) =>
        !attempt.placed.includes(other) &&
        this.underWay.matters(rival, other) &&
        !this.isStuck(other, attempt, this.apply(attempt.state, other).obstacle),
    );
  }

  /** Whether each call that went ahead matters to one that came after it. */
  private areNeeded(ahead: readonly number[], turn: number): boolean {
    return ahead.every(
      (call, at) =>
        !this.underWay.isTried(call) ||
        this.underWay.matters(call, turn) ||
        ahead.some((other, place) => place > at && this.underWay.matters(call, other)),
    );
  }

  /** Whether something is in the way of the call that no other call under way could change. */
  private isStuck(call: number, attempt: Attempt, obstacle: Obstacle | null): boolean {
    if (obstacle === null) return false;
    return obstacle.inTheWay().some((cell) => !this.underWay.couldChange(cell, attempt, call));
  }

  /** The first rule: places what changes nothing and is legal now. */
  private withLegalReads(attempt: Attempt, change: number): Attempt {
    if (!this.calls[change]?.changes) return attempt;
    let ready = attempt;
    for (let found = true; found; ) {
      found = false;
      for (const read of this.underWay.readsBefore(change, ready)) {
        if (!this.underWay.mayComeNext(read, ready)) continue;
        const [state] = this.apply(ready.state, read).states;
        if (!state) continue;
        ready = this.extend(ready, read, state);
        found = !this.precedence.oneClock;
      }
    }
    return ready;
  }

  private extend(attempt: Attempt, call: number, state: State): Attempt {
    return {
      state,
      placed: withPlaced(attempt.placed, call),
      order: this.excusing ? [...attempt.order, call] : attempt.order,
      ahead: this.underWay.connects(call) ? [...attempt.ahead, call] : attempt.ahead,
    };
  }

  /** A call whose turn is over counts as placed without being named. */
  private endTurn({ placed, order }: Configuration, turn: number, state: State): Configuration {
    if (placed.includes(turn)) return { state, placed: placed.filter((other) => other !== turn), order };
    return { state, placed, order: this.excusing ? [...order, turn] : order };
  }

  private apply(state: State, call: number): Step {
    this.steps += 1;
    return step(state, this.calls[call] as Call);
  }

  /** What all configurations agree on needs no place in each. */
  private settle(): void {
    const { frontier } = this;
    if (frontier.length > 1 && frontier.some(({ state }) => state.size < LARGE)) return;
    const states = State.settle(frontier.map(({ state }) => state));
    const [first] = frontier;
    const common = (first?.placed ?? []).filter(
      (call) => call >= this.turns && frontier.every(({ placed }) => placed.includes(call)),
    );
    for (const call of common) this.underWay.remove(call);
    this.frontier = frontier.map(({ placed, order }, index) => ({
      state: states[index] as State,
      placed: common.length === 0 ? placed : placed.filter((call) => !common.includes(call)),
      order,
    }));
  }

  private contradiction(turn: number, before: readonly Configuration[]): SearchResult {
    return {
      verdict: 'contradiction',
      steps: this.steps,
      call: this.calls[turn] as Call,
      before: before.map(({ state, order }) => ({
        state,
        order: order.map((index) => this.calls[index] as Call),
      })),
    };
  }
}
