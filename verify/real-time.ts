import type { ClockAnchor, Operation } from '../history/operation.ts';

/**
 * Real-time order of operations. Intervals are closed: an answer and a request at the same instant are concurrent,
 * because the clock cannot tell which came first (as porcupine's `byTime` has it). Operations of different runners are
 * compared on the wall clock, widened by the error of both anchors.
 */
export class RealTime {
  private readonly anchors: ReadonlyMap<string, ClockAnchor>;

  constructor(anchors: ReadonlyMap<string, ClockAnchor>) {
    this.anchors = anchors;
  }

  /** Whether `a` had certainly ended before `b` began. An `info` has no end: it may still take effect. */
  before(a: Operation, b: Operation): boolean {
    if (a.type === 'info') return false;
    if (a.runner === b.runner) return a.t1 < b.t0;
    const [endOfA, startOfB] = [this.wall(a.runner, a.t1), this.wall(b.runner, b.t0)];
    if (endOfA === null || startOfB === null) return false;
    return endOfA.ms + endOfA.error < startOfB.ms - startOfB.error;
  }

  /**
   * By how much instants of runners may be out of order although they are on one clock, nanoseconds: 0 for a single
   * runner, the two largest errors of their anchors for several, infinite where they are on different clocks.
   */
  margin(...runners: readonly string[]): number {
    const distinct = [...new Set(runners)];
    if (distinct.length < 2) return 0;
    const anchors = distinct.map((runner) => this.anchors.get(runner));
    const zero = anchors[0]?.wall_ms;
    if (anchors.some((anchor) => anchor === undefined || anchor.wall_ms !== zero)) {
      return Number.POSITIVE_INFINITY;
    }
    const [most = 0, next = 0] = anchors.map((anchor) => anchor?.error_ms ?? 0).sort((a, b) => b - a);
    return (most + next) * 1e6;
  }

  /** Wall time of a runner's instant with its error, milliseconds; null for a runner without an anchor. */
  wall(runner: string, nanoseconds: number): { ms: number; error: number } | null {
    const anchor = this.anchors.get(runner);
    return anchor ? { ms: anchor.wall_ms + nanoseconds / 1e6, error: anchor.error_ms } : null;
  }
}
