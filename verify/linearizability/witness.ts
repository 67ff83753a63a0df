import type { RealTime } from '../real-time.ts';
import { type Call, isOptional } from './call.ts';
import { dependent } from './dependence.ts';
import { Precedence } from './precedence.ts';
import { type Budget, type Contradiction, Search } from './search.ts';

/** A few calls of a part that no order explains, whatever the others did. */
export interface Witness {
  /** Calls whose answers contradict each other, in the order of their begins. */
  kept: Call[];
  /** How the search for an order of those ended; it may have used calls that were not kept. */
  contradiction: Contradiction;
  /** Calls that were under way or over, and whose answers the contradiction does not need. */
  excused: number;
  /** Whether excusing any one more would leave no contradiction; false when the budget ended before that was known. */
  minimal: boolean;
}

/** What shrinking may spend: on one attempt, and in all. */
export interface Effort {
  attempt: Budget;
  steps: number;
}

/**
 * Shrinks a contradiction. A call is never just left out: that could make a legal thing illegal, since its effect may be
 * what explains the others. It is excused instead: it may have taken effect at any moment of its interval, or not at all,
 * whatever it was answered. So the calls that are kept contradict each other in every history that has them, which is what a
 * witness is. A refusal or a read that is excused has no effect, and goes.
 *
 * First the calls nearest to the contradiction are tried, 1, 2, 4 …, all others excused; then what is left is excused one
 * by one, in halves at first, as long as the contradiction stays (delta debugging, Zeller & Hildebrandt 2002).
 */
export function findWitness(
  part: readonly Call[],
  found: Contradiction,
  time: RealTime,
  effort: Effort,
): Witness {
  return new Shrinking(part, found, time, effort).run();
}

class Shrinking {
  private readonly found: Contradiction;
  private readonly time: RealTime;
  private readonly effort: Effort;
  /** Calls that may come before the one that cannot be explained, itself included. */
  private readonly involved: readonly Call[];
  private spent = 0;
  /** An attempt ended with its budget. */
  private doubtful = false;

  constructor(part: readonly Call[], found: Contradiction, time: RealTime, effort: Effort) {
    this.found = found;
    this.time = time;
    this.effort = effort;
    const precedence = new Precedence(part, time);
    this.involved = part.filter((call) => !precedence.precedes(found.call, call));
  }

  run(): Witness {
    const nearest = this.byDistance();
    let kept: Call[] = [this.found.call, ...nearest];
    let contradiction: Contradiction | null = null;
    for (let count = 0; count < nearest.length; count = Math.max(1, count * 2)) {
      const few = [this.found.call, ...nearest.slice(0, count)];
      contradiction = this.contradictionOf(few);
      if (!contradiction) continue;
      kept = few;
      break;
    }
    contradiction ??= this.found;
    for (let size = Math.ceil(kept.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      if (this.isSpent()) break;
      // Only the last round, one by one, says whether the witness is minimal.
      this.doubtful = false;
      for (let from = kept.length; from > 0 && !this.isSpent(); from -= size) {
        const fewer = kept.filter((call, at) => call === this.found.call || at < from - size || at >= from);
        if (fewer.length === kept.length) continue;
        const still = this.contradictionOf(fewer);
        if (!still) continue;
        kept = fewer;
        contradiction = still;
      }
    }
    return {
      kept: kept.toSorted((a, b) => (a.begin < b.begin ? -1 : Number(a.begin > b.begin))),
      contradiction,
      excused: this.involved.filter((call) => call.operation).length - kept.length,
      minimal: !this.doubtful,
    };
  }

  private isSpent(): boolean {
    if (this.spent <= this.effort.steps) return false;
    this.doubtful = true;
    return true;
  }

  /** Those that have to be explained, changes first, those that the unexplained call depends on before others, late before early. */
  private byDistance(): Call[] {
    const { call } = this.found;
    const rank = (other: Call): number => (other.changes ? 0 : 2) + (dependent(call, other) ? 0 : 1);
    return this.involved
      .filter((other) => other !== call && !isOptional(other))
      .sort((a, b) => rank(a) - rank(b) || (a.begin > b.begin ? -1 : Number(a.begin < b.begin)));
  }

  private contradictionOf(kept: readonly Call[]): Contradiction | null {
    if (this.isSpent()) return null;
    const stays = new Set(kept);
    const excused = new Set(this.involved.filter((call) => !stays.has(call)));
    const result = new Search(this.involved, this.time, this.effort.attempt, excused).run();
    this.spent += result.steps;
    if (result.verdict === 'spent') this.doubtful = true;
    return result.verdict === 'contradiction' ? result : null;
  }
}
