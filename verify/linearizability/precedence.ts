import type { RealTime } from '../real-time.ts';
import { type Call, isOptional } from './call.ts';

/** The real-time order of calls: which had certainly ended before which began. */
export class Precedence {
  private readonly time: RealTime;
  /** All calls are on one clock, so that instants can be compared as they are. */
  readonly oneClock: boolean;

  constructor(calls: readonly Call[], time: RealTime) {
    this.time = time;
    const runners = new Set(calls.flatMap(({ operation }) => (operation ? [operation.runner] : [])));
    this.oneClock = runners.size < 2;
  }

  precedes(a: Call, b: Call): boolean {
    if (this.oneClock || !a.operation || !b.operation || a.operation.runner === b.operation.runner) {
      return a.end < b.begin;
    }
    return a.end !== Number.POSITIVE_INFINITY && this.time.before(a.operation, b.operation);
  }

  /** A bound that grows with the begin of calls: what precedes a call has `latest` below its `earliest`. */
  earliest(call: Call): number {
    if (this.oneClock || !call.operation) return call.begin;
    const wall = this.time.wall(call.operation.runner, call.begin);
    return wall ? wall.ms - wall.error : Number.NEGATIVE_INFINITY;
  }

  latest(call: Call): number {
    if (this.oneClock || !call.operation || call.end === Number.POSITIVE_INFINITY) return call.end;
    const wall = this.time.wall(call.operation.runner, call.end);
    return wall ? wall.ms + wall.error : Number.POSITIVE_INFINITY;
  }

  /** The calls that must be part of an order, as they were answered: whatever precedes a call comes before it. */
  byAnswer(calls: readonly Call[]): Call[] {
    const instant = ({ operation, end }: Call): number =>
      this.oneClock || !operation ? end : (this.time.wall(operation.runner, end)?.ms ?? end / 1e6);
    const runner = ({ operation }: Call): string => operation?.runner ?? '';
    return calls
      .filter((call) => !isOptional(call))
      .sort((a, b) => {
        const [one, other] = [instant(a), instant(b)];
        if (one !== other) return one - other;
        return runner(a) === runner(b) ? a.end - b.end || 0 : runner(a) < runner(b) ? -1 : 1;
      });
  }
}
