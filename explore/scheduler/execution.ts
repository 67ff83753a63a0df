import type { Control, Wait, YieldLock } from './control.ts';
import { Participant } from './participant.ts';
import type { RunOptions } from './run.ts';
import type { Block, SchedulerState } from './schedule.ts';
import type { Trace, TraceEvent } from './trace.ts';

/** Milliseconds without a word from a session after which it is looked at the locks. */
const LOOK_AFTER = 1.2;

/** One schedule while it is being run. */
export class Execution {
  private readonly control: Control;
  private readonly settleAfter: number;
  private readonly deadline: number;
  private readonly participants: Participant[];
  private readonly events: TraceEvent[] = [];
  private current: number | null = null;
  private wake: () => void = () => {};
  /** When some session said something last. */
  private heardAt = performance.now();

  constructor({ control, sessions, calls, settle, deadline }: RunOptions) {
    this.control = control;
    this.settleAfter = settle;
    this.deadline = performance.now() + deadline;
    this.participants = sessions.slice(0, calls.length).map((session, index) => {
      const text = calls[index];
      if (text === undefined) throw new Error(`no call for session ${index}`);
      return new Participant(index, session, text, this.events, (runsOn) => {
        this.heardAt = performance.now();
        // Nobody has to decide anything as long as it runs on.
        if (!runsOn) this.wake();
      });
    });
  }

  get finished(): boolean {
    return this.participants.every(({ status }) => status === 'ended');
  }

  state(): SchedulerState {
    const enabled = this.participants
      .filter(({ status }) => status === 'waiting to begin' || status === 'at a yield')
      .map(({ index }) => index);
    return {
      current: this.current,
      enabled,
      progress: this.participants.map(({ progress }) => progress),
    };
  }

  /** Lets a session run. */
  async grant({ session, until }: Block): Promise<void> {
    const participant = this.participants[session];
    if (participant === undefined) throw new Error(`there is no session ${session}`);
    this.current = session;
    const stop = until === null ? null : participant.stopAfter(until);
    await participant.go(stop, this.control);
  }

  /**
   * Waits until every session is at a yield, blocked, or has ended.
   *
   * @returns why that did not happen in time; null when it did
   */
  async settle(): Promise<string | null> {
    for (;;) {
      const running = this.participants.filter(({ status }) => status === 'running');
      const blocked = this.participants.filter(({ status }) => status === 'blocked');
      if (running.length === 0 && this.hearAll()) continue;
      if (running.length === 0 && blocked.length === 0) return null;
      if (performance.now() > this.deadline) {
        const who = [...running, ...blocked].map(({ index }) => index + 1).join(' and ');
        return `session ${who} came to no yield, to no end and to no lock of another within the deadline`;
      }
      if (running.length > 0) {
        const eventful = await this.eventOrLook(this.timeToLook(running));
        if (eventful) continue;
      }
      const before = this.participants.map(({ version }) => version);
      const waits = await this.control.waits(this.participants.map(({ pid }) => pid));
      // What a session said meanwhile is newer than the look.
      if (this.participants.some(({ version }, index) => version !== before[index])) continue;
      // While somebody runs, what it did before it let others go on may not have been heard of yet.
      for (const participant of running.length === 0 ? blocked : []) {
        if (!waits.some(({ pid }) => pid === participant.pid)) participant.resume();
      }
      const stillRunning = this.participants.some(({ status }) => status === 'running');
      if (!stillRunning && !this.deadlocked(waits)) return null;
      if (!stillRunning) await this.eventOrLook();
      for (const participant of running) {
        participant.noteWait(waits.some(({ pid }) => pid === participant.pid));
        await this.noteBlocked(participant, waits);
      }
    }
  }

  /** Cuts what is still going on, and waits until it has ended. */
  async abandon(): Promise<void> {
    await this.control.releaseAll();
    for (const participant of this.participants) participant.forget();
    for (;;) {
      this.hearAll();
      const busy = this.participants.filter(
        ({ status }) => status !== 'ended' && status !== 'waiting to begin',
      );
      if (busy.length === 0) return;
      await this.control.cancel(busy.map(({ pid }) => pid));
      await this.eventOrLook(20);
    }
  }

  async release(): Promise<void> {
    const held: YieldLock[] = this.participants.flatMap((participant) => participant.takeHeld());
    await this.control.move([], held);
  }

  trace(stuck: string | null): Trace {
    return {
      events: this.events,
      calls: this.participants.map((participant) => participant.callTrace()),
      stuck,
    };
  }

  /** Hears what sessions said that went on after a lock. @returns whether there was anything */
  private hearAll(): boolean {
    return this.participants.filter((participant) => participant.hear()).length > 0;
  }

  private async noteBlocked(participant: Participant, waits: readonly Wait[]): Promise<void> {
    const wait = waits.find(({ pid }) => pid === participant.pid);
    if (!wait || participant.status !== 'running') return;
    if (participant.waitedFor() < this.settleAfter) return;
    const blockers = this.participants.filter(({ pid }) => wait.blockers.includes(pid));
    // Whoever waits for one that is running may go on at any moment.
    if (blockers.length < wait.blockers.length || blockers.some(({ status }) => status === 'running')) return;
    await participant.block(
      blockers.map(({ index }) => index),
      this.control,
    );
  }

  /** Whether sessions wait for each other in a circle, which PostgreSQL will end. */
  private deadlocked(waits: readonly Wait[]): boolean {
    const waitsFor = new Map(waits.map(({ pid, blockers }) => [pid, blockers]));
    return waits.some(({ pid }) => {
      const seen = new Set<number>();
      const queue = [...(waitsFor.get(pid) ?? [])];
      for (let next = queue.pop(); next !== undefined; next = queue.pop()) {
        if (next === pid) return true;
        if (seen.has(next)) continue;
        seen.add(next);
        queue.push(...(waitsFor.get(next) ?? []));
      }
      return false;
    });
  }

  /** Milliseconds until something may have come of a session that runs, or is seen to wait, and says nothing. */
  private timeToLook(running: readonly Participant[]): number {
    const known = running
      .map((participant) => this.settleAfter - participant.waitedFor())
      .filter((left) => left < this.settleAfter);
    return known.length === 0 ? LOOK_AFTER : Math.max(0.2, Math.min(...known));
  }

  /** @returns whether a session stopped or ended before it was time to look, which is when all were silent for so long */
  private eventOrLook(after = LOOK_AFTER): Promise<boolean> {
    const begun = performance.now();
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout;
      const look = (): void => {
        const silent = performance.now() - Math.max(begun, this.heardAt);
        if (silent >= after - 0.05) resolve(false);
        else timer = setTimeout(look, after - silent);
      };
      timer = setTimeout(look, after);
      this.wake = () => {
        clearTimeout(timer);
        resolve(true);
      };
    });
  }
}
