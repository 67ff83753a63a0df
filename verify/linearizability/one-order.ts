import { type Call, isOptional } from './call.ts';
import { dependent } from './dependence.ts';
import { PendingCalls } from './pending-calls.ts';
import type { Precedence } from './precedence.ts';
import { type Obstacle, type Step, step } from './specification.ts';
import { type Reversal, State } from './state.ts';

/** What looking for one order may spend: applications of the specification, and values compared, for each call and in all. */
const EFFORT = { each: 40, all: 100_000 };

/** A place from which the order may go on in several ways. */
interface Choice {
  /** How many steps had been made. */
  made: number;
  turn: number;
  /** What to try next, the best last. */
  ways: Way[];
  /** Whether there may be other ways, which have not been looked for. */
  more: boolean;
}

interface Way {
  call: number;
  /** Which of the states that the specification allows after it. */
  state: number;
}

/** A call that was placed, with what it changed; or one that was admitted. */
type Made = { placed: number; changed: Reversal | null } | { admitted: number };

/**
 * Follows one order through a part, and goes back where it fails: finds an order of most runs that have one, in little more
 * time than it takes to apply the specification once to each call, and never says that there is none. An order that it
 * finds is one by construction: every call is legal where it is placed, and no call is placed after one that it precedes.
 *
 * Calls have their turn in the order of their answers. What changes nothing is placed as soon as it is legal. When
 * something is in the way of a call, calls under way that can remove it go ahead, those that were answered first before
 * others. From a dead end it goes back to the latest choice, and not to the same place twice.
 *
 * For calls on one clock, of which none is excused: then whatever has begun when a call ends may go ahead of it.
 */
export class OneOrder {
  private readonly calls: readonly Call[];
  private readonly turns: number;
  private readonly pending: PendingCalls;
  private readonly state = State.empty();
  private readonly made: Made[] = [];
  private readonly choices: Choice[] = [];
  private readonly seen = new Set<string>();
  private turn = 0;
  private left: number;

  constructor(part: readonly Call[], precedence: Precedence) {
    const turns = precedence.byAnswer(part);
    this.turns = turns.length;
    this.calls = turns.length === part.length ? turns : [...turns, ...part.filter(isOptional)];
    this.pending = new PendingCalls(this.calls);
    this.left = EFFORT.all + EFFORT.each * part.length;
  }

  /** Whether an order was found; false says nothing. */
  find(): boolean {
    while (this.left > 0) {
      while (this.turn < this.turns && this.pending.isPlaced(this.turn)) this.turn += 1;
      if (this.turn === this.turns) return true;
      this.admit();
      if (this.pending.isPlaced(this.turn)) continue;
      if (!this.goOn() && !this.goBack()) return false;
    }
    return false;
  }

  private goOn(): boolean {
    const { turn } = this;
    const made = this.made.length;
    const { states, obstacle } = this.apply(turn);
    if (obstacle === null) {
      this.choices.push({ made, turn, ways: [], more: true });
      this.place(turn, states[0]);
      return true;
    }
    const ways = this.removers(turn, obstacle, (call) => call < this.turns);
    const way = ways.pop();
    if (!way) {
      const [unknown, ...others] = this.removers(turn, obstacle, () => true);
      if (!unknown) return false;
      if (others.length > 0) this.choices.push({ made, turn, ways: others.reverse(), more: false });
      return this.take(unknown);
    }
    this.choices.push({ made, turn, ways, more: true });
    return this.take(way);
  }

  /** Returns to the latest choice from which there is another way that leads somewhere new. */
  private goBack(): boolean {
    for (let choice = this.choices.at(-1); choice && this.left > 0; choice = this.choices.at(-1)) {
      this.undo(choice.made);
      this.turn = choice.turn;
      if (choice.ways.length === 0 && choice.more) {
        choice.ways = this.otherWays(choice.turn);
        choice.more = false;
      }
      const way = choice.ways.pop();
      if (!way) this.choices.pop();
      else if (this.take(way) && this.isNew()) return true;
    }
    return false;
  }

  private isNew(): boolean {
    const waiting = [...this.pending.changes(), ...this.pending.reads()];
    this.left -= this.state.sharedSize + waiting.length;
    const key = `${this.turn} ${waiting.join()}\n${this.state.sharedText()}`;
    if (this.seen.has(key)) return false;
    this.seen.add(key);
    return true;
  }

  /** What may come next besides that which came to mind first. */
  private otherWays(turn: number): Way[] {
    const { states, obstacle } = this.apply(turn);
    if (obstacle) {
      return this.removers(turn, obstacle, () => true).filter(({ call }) => call >= this.turns);
    }
    const ways: Way[] = [];
    for (const other of this.pending.changes()) {
      if (other === turn || !dependent(this.call(other), this.call(turn))) continue;
      for (const state of this.apply(other).states.keys()) ways.push({ call: other, state });
    }
    for (const state of states.keys()) if (state > 0) ways.push({ call: turn, state });
    return ways;
  }

  /** Calls that may come next and lead to the removal of what is in the way of a call, directly or one by one. */
  private removers(turn: number, obstacle: Obstacle, isTried: (call: number) => boolean): Way[] {
    const candidates = this.pending.changes().filter(isTried);
    const found = new Set([turn]);
    const legal: number[] = [];
    const blocked: { call: number; obstacle: Obstacle }[] = [{ call: turn, obstacle }];
    for (const { call, obstacle: inItsWay } of blocked) {
      const cells = inItsWay.inTheWay();
      // Nothing is in the way of an unknown call that would do nothing.
      if (cells.length === 0 && isOptional(this.call(call))) continue;
      for (const other of candidates) {
        if (found.has(other) || !this.mayRemove(other, cells, call)) continue;
        found.add(other);
        const result = this.apply(other);
        if (result.obstacle) blocked.push({ call: other, obstacle: result.obstacle });
        else legal.push(other);
      }
    }
    return legal.sort((a, b) => b - a).map((call) => ({ call, state: 0 }));
  }

  private mayRemove(other: number, cells: readonly string[], call: number): boolean {
    const own = this.call(other).cells;
    if (cells.length > 0) return cells.some((cell) => own.includes(cell));
    return dependent(this.call(other), this.call(call));
  }

  private take({ call, state }: Way): boolean {
    const after = this.apply(call).states[state];
    if (after) this.place(call, after);
    return after !== undefined;
  }

  private place(call: number, after: State): void {
    const changed = after === this.state ? null : this.state.become(after);
    this.pending.remove(call);
    this.made.push({ placed: call, changed });
    if (changed) for (const waiting of this.pending.reads()) this.placeIfLegal(waiting);
  }

  private placeIfLegal(read: number): void {
    if (this.apply(read).obstacle) return;
    this.pending.remove(read);
    this.made.push({ placed: read, changed: null });
  }

  private admit(): void {
    const until = this.call(this.turn).end;
    for (let next = this.pending.admit(until); next !== null; next = this.pending.admit(until)) {
      this.made.push({ admitted: next });
      if (!this.call(next).changes) this.placeIfLegal(next);
    }
  }

  private undo(made: number): void {
    while (this.made.length > made) {
      const last = this.made.pop() as Made;
      if ('admitted' in last) this.pending.dismiss(last.admitted);
      else {
        if (last.changed) this.state.revert(last.changed);
        this.pending.restore(last.placed);
      }
    }
  }

  private apply(call: number): Step {
    this.left -= 1;
    return step(this.state, this.call(call));
  }

  private call(index: number): Call {
    return this.calls[index] as Call;
  }
}
