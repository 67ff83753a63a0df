import { now, sleepUntil } from './clock.ts';

/**
 * Keeps the calls of one virtual user apart where a ceiling applies. Who is on time never waits here, because schedules
 * under a ceiling leave more time than that; who fell behind does not catch up in a flood.
 */
export class Pace {
  private readonly interval: number;
  private next = 0;

  /** @param intervalMs milliseconds from the start of one call to the start of the next, at least; 0: no pause */
  constructor(intervalMs: number) {
    this.interval = intervalMs * 1e6;
  }

  /** Waits until the next call may start. */
  wait(): void {
    if (this.interval === 0) return;
    sleepUntil(this.next);
    this.next = now() + this.interval;
  }
}
