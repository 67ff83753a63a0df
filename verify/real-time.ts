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

  /** Wall time of a runner's instant with its error, milliseconds; null for a runner without an anchor. */
  wall(runner: string, nanoseconds: number): { ms: number; error: number } | null {
    const anchor = this.anchors.get(runner);
    return anchor ? { ms: anchor.wall_ms + nanoseconds / 1e6, error: anchor.error_ms } : null;
  }
}
