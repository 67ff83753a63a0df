import { now, sleepUntil } from './clock.ts';

/**
 * Makes virtual users start together: each waits for the same instant of the shared clock. No message passes between
 * them, so nobody waits for a straggler; how far the starts spread is measured afterwards from the records.
 */
export class Barrier {
  private readonly first: number;
  private readonly period: number;

  /**
   * @param first instant of round 0, nanoseconds on `now()`
   * @param periodMs milliseconds from one round to the next
   */
  constructor(first: number, periodMs: number) {
    this.first = first;
    this.period = periodMs * 1e6;
  }

  /** Waits for a round; returns its agreed instant. */
  wait(round: number): number {
    const scheduled = this.first + round * this.period;
    sleepUntil(scheduled);
    return scheduled;
  }

  /** How late it is for a round, nanoseconds; negative before it. */
  lateness(round: number): number {
    return now() - (this.first + round * this.period);
  }
}
