import type { Control, YieldLock } from './control.ts';
import { type Counters, countedSince, type YieldMessage } from './message.ts';
import type { CallResult, CallText, Session } from './session.ts';
import type { CallTrace, Step, TraceEvent } from './trace.ts';

export type Status = 'waiting to begin' | 'running' | 'at a yield' | 'blocked' | 'ended';

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** One session in one schedule: where it is, and at which yields it is to stop. */
export class Participant {
  readonly index: number;
  status: Status = 'waiting to begin';
  /** Changes with everything that the session says. */
  version = 0;
  private readonly session: Session;
  private readonly text: CallText;
  private readonly events: TraceEvent[];
  /** Told of everything that it says, and whether it runs on. */
  private readonly said: (runsOn: boolean) => void;
  private readonly held = new Set<number>();
  private step: Writable<Step> | null = null;
  private counters: Counters | null = null;
  private steps = 0;
  private result: CallResult | null = null;
  private readonly unheard: (() => void)[] = [];
  private waitingSince: number | null = null;
  /** That it went on after a lock, as long as it has neither yielded nor ended since. */
  private resumed: TraceEvent | null = null;
  private sent = 0;
  private endedAt = 0;

  constructor(
    index: number,
    session: Session,
    text: CallText,
    events: TraceEvent[],
    said: (runsOn: boolean) => void,
  ) {
    this.index = index;
    this.session = session;
    this.text = text;
    this.events = events;
    this.said = said;
  }

  get pid(): number {
    return this.session.pid;
  }

  /** Steps done. */
  get progress(): number {
    if (this.status === 'ended') return this.steps;
    return this.status === 'at a yield' ? this.steps - 1 : Math.max(0, this.steps - 1);
  }

  /** The number of the yield at which so many steps are done. */
  stopAfter(steps: number): number {
    return this.session.base + steps + 1;
  }

  /** @param stop number of the yield to stop at; null: none */
  async go(stop: number | null, control: Control): Promise<void> {
    const here = this.session.base + this.steps;
    const given = this.status === 'at a yield' ? this.drop(here) : [];
    const taken = stop === null || this.held.has(stop) ? [] : this.take(stop);
    const beginning = this.status === 'waiting to begin';
    if (!beginning && this.step === null) throw new Error(`session ${this.index} has no step to take`);
    this.status = 'running';
    if (!beginning) this.openStep();
    if (!beginning) {
      control.post(taken, given);
      return;
    }
    await control.move(taken, given);
    this.sent = performance.now();
    this.session.begin(this.text, {
      yielded: (message) => this.listen(() => this.yielded(message)),
      ended: (result) => this.listen(() => this.ended(result)),
    });
  }

  /** It waits for a lock: when it gets it, it is to stop at its next yield. */
  async block(by: readonly number[], control: Control): Promise<void> {
    this.status = 'blocked';
    // It was woken only to wait for the next one in the queue.
    if (this.resumed) this.events.splice(this.events.lastIndexOf(this.resumed), 1);
    this.resumed = null;
    const next = this.session.base + this.steps + 1;
    const [lock] = await Promise.all([
      control.lockOf(this.pid),
      this.held.has(next) ? null : control.move(this.take(next), []),
    ]);
    if (this.step) this.step.blocked = { lock, by };
  }

  /** Notes whether it was seen to wait for others. */
  noteWait(waiting: boolean): void {
    if (!waiting) this.waitingSince = null;
    else this.waitingSince ??= performance.now();
  }

  /** Milliseconds since it was first seen to wait, at the same place. */
  waitedFor(): number {
    return this.waitingSince === null ? 0 : performance.now() - this.waitingSince;
  }

  resume(): void {
    this.waitingSince = null;
    this.status = 'running';
    this.resumed = { kind: 'resume', session: this.index };
    this.events.push(this.resumed);
  }

  /** Its locks are not held any longer. */
  forget(): void {
    this.held.clear();
  }

  takeHeld(): YieldLock[] {
    return [...this.held].flatMap((number) => this.drop(number));
  }

  callTrace(): CallTrace {
    const result = this.result ?? {
      ok: false as const,
      code: 'unknown',
      message: 'it was not begun',
      detail: null,
      hint: null,
    };
    return { result, sent: this.sent, ended: this.endedAt, steps: this.steps };
  }

  private take(number: number): YieldLock[] {
    this.held.add(number);
    return [{ slot: this.session.slot, number }];
  }

  private drop(number: number): YieldLock[] {
    return this.held.delete(number) ? [{ slot: this.session.slot, number }] : [];
  }

  /**
   * What a session says after it was blocked is heard only when nobody else runs: it may be read sooner than what the
   * other one said before it gave the lock back.
   */
  private listen(hear: () => void): void {
    this.version += 1;
    if (this.status === 'blocked' || this.unheard.length > 0) this.unheard.push(hear);
    else hear();
    this.said(this.status === 'running');
  }

  /** @returns whether there was something to be heard */
  hear(): boolean {
    const unheard = this.unheard.splice(0);
    for (const each of unheard) each();
    return unheard.length > 0;
  }

  private yielded({ number, point, counters }: YieldMessage): void {
    this.waitingSince = null;
    if (this.status === 'blocked') this.resume();
    this.resumed = null;
    if (this.step && this.counters) this.step.counted = countedSince(this.counters, counters);
    this.counters = counters;
    this.steps += 1;
    this.step = { session: this.index, index: this.steps, point, counted: null, blocked: null };
    if (number !== this.session.base + this.steps) {
      throw new Error(`session ${this.index} is at yield ${number}, not ${this.session.base + this.steps}`);
    }
    if (this.held.has(number)) this.status = 'at a yield';
    else this.openStep();
  }

  private ended(result: CallResult): void {
    this.waitingSince = null;
    if (this.status === 'blocked') this.resume();
    this.resumed = null;
    this.result = result;
    this.endedAt = performance.now();
    this.status = 'ended';
    this.session.base += this.steps;
  }

  private openStep(): void {
    if (this.step) this.events.push({ kind: 'step', step: this.step });
  }
}
