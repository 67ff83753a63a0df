import type { Window } from '../contracts/instant.ts';
import { F } from '../history/columns/columns.ts';
import { recordedOf } from '../history/columns/recorded.ts';
import type { Operation } from '../history/operation.ts';
import type { Interval } from './claim-index.ts';
import { databaseSpan, type Span } from './database-time.ts';
import type { Effects } from './effects.ts';
import type { RecordedRun } from './run-data.ts';

/** Stored statuses that the rule allows. */
export type Status = 'available' | 'reserved' | 'occupied' | 'out_of_service';

/**
 * The status rule of the contract: over the live allocations whose window contains the moment, `occupied` if any of
 * their bookings is checked in, else `reserved` if there is any, else `available`. Where a call was under way, either
 * outcome of it is allowed.
 */
export class StatusModel {
  private readonly run: RecordedRun;
  private readonly effects: Effects;
  private readonly transitions = new Map<string, Operation[]>();

  constructor(run: RecordedRun, effects: Effects) {
    this.run = run;
    this.effects = effects;
    const { operations } = run.history;
    const { columns } = recordedOf(operations);
    for (let row = 0; row < operations.length; row += 1) {
      if (columns.f[row] !== F.transition) continue;
      const operation = operations[row] as Operation;
      if (operation.f !== 'transition' || operation.type === 'fail') continue;
      const { booking_id } = operation.input;
      this.transitions.set(booking_id, [...(this.transitions.get(booking_id) ?? []), operation]);
    }
  }

  /**
   * The span of the database's clock that an interval of a runner's clock lies in, or null when the clocks cannot be
   * tied together.
   */
  span(runner: string, t0: number, t1: number): Span | null {
    return databaseSpan(this.run, this.effects.time, runner, t0, t1);
  }

  /**
   * Statuses that a refresh of the table may have stored.
   *
   * @param during the calls' interval on the runner's clock: what was acknowledged before it is certain, what began
   *   within it is possible
   * @param span the same interval on the database's clock
   */
  allowed(table: string, during: Interval, span: Span): Set<Status> {
    const claims = this.claims(table, during, span);
    const moments = new Set([span.from, span.to]);
    for (const { window } of claims) {
      for (const edge of [window.start, window.end]) {
        if (edge < span.from || edge > span.to) continue;
        moments.add(edge);
        moments.add(edge - 1);
      }
    }
    const allowed = new Set<Status>();
    for (const moment of moments) {
      const now = claims.filter(({ window }) => window.start <= moment && moment < window.end);
      for (const status of statusesOf(now)) allowed.add(status);
    }
    return allowed;
  }

  /** Windows near the span that are or may be claimed while the calls ran, with what is known of the guests. */
  private claims(table: string, during: Interval, span: Span): Claim[] {
    const { effects } = this;
    const interval = during as Operation;
    const startedAfter = (operation: Operation): boolean =>
      operation.t0 - effects.time.margin(operation.runner, during.runner) > during.t1;
    const endedBefore = (operation: Operation): boolean =>
      operation.type !== 'info' && effects.time.before(operation, interval);
    // Next to the span as well: its ends may be the edges of windows.
    return effects.claims.near(table, span.from, span.to).flatMap((effect): Claim[] => {
      if (!effect.window || startedAfter(effect.operation)) return [];
      const ends = effects.successors(effect).filter((other) => !startedAfter(other.operation));
      const gone = ends.some(
        (other) => other.certain && endedBefore(other.operation) && effects.before(effect, other),
      );
      if (gone && effect.operation.type !== 'info') return [];
      const certain = effect.certain && endedBefore(effect.operation) && ends.length === 0;
      return [
        { window: effect.window, certain, seated: this.seated(effect.booking_id, startedAfter, endedBefore) },
      ];
    });
  }

  private seated(
    booking: string,
    startedAfter: (operation: Operation) => boolean,
    endedBefore: (operation: Operation) => boolean,
  ): Seated {
    const begun = (this.transitions.get(booking) ?? []).filter((operation) => !startedAfter(operation));
    const planned = this.run.bookings.get(booking)?.status === 'checked_in';
    if (begun.length === 0) return planned ? 'yes' : 'no';
    const last = begun[begun.length - 1];
    if (
      begun.every(endedBefore) &&
      last?.f === 'transition' &&
      begun.every((each) => each === last || this.effects.time.before(each, last))
    ) {
      return last.input.status === 'checked_in' ? 'yes' : 'no';
    }
    return 'maybe';
  }
}

type Seated = 'yes' | 'no' | 'maybe';

interface Claim {
  window: Window;
  certain: boolean;
  seated: Seated;
}

function statusesOf(claims: readonly Claim[]): Status[] {
  const statuses: Status[] = [];
  const surelySeated = claims.some((claim) => claim.certain && claim.seated === 'yes');
  const surelyClaimed = claims.some((claim) => claim.certain);
  if (claims.some((claim) => claim.seated !== 'no')) statuses.push('occupied');
  if (surelySeated) return statuses;
  if (claims.some((claim) => claim.seated !== 'yes')) statuses.push('reserved');
  if (!surelyClaimed) statuses.push('available');
  return statuses;
}
