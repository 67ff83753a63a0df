import type { Call } from './call.ts';

/**
 * The calls that have begun and have not been placed, for an order that may be taken back step by step: each change must be
 * undone in the reverse order (dancing links, Knuth 2000).
 */
export class PendingCalls {
  private readonly calls: readonly Call[];
  /** Numbers of all calls, by their begins. */
  private readonly byBegin: number[];
  private admitted = 0;
  private readonly placed: boolean[];
  /** Neighbours in one of two lists, of which these are the heads. */
  private readonly next: number[] = [];
  private readonly previous: number[] = [];
  private readonly firstChange: number;
  private readonly firstRead: number;

  constructor(calls: readonly Call[]) {
    this.calls = calls;
    this.firstChange = calls.length;
    this.firstRead = calls.length + 1;
    this.byBegin = [...calls.keys()].sort((a, b) => {
      const [one, other] = [this.beginOf(a), this.beginOf(b)];
      return one < other ? -1 : one > other ? 1 : a - b;
    });
    this.placed = calls.map(() => false);
    for (let index = 0; index < calls.length + 2; index += 1) {
      this.next.push(index);
      this.previous.push(index);
    }
  }

  /** Adds the next call that has begun at that instant, and returns it; null when there is none. */
  admit(instant: number): number | null {
    const call = this.byBegin[this.admitted];
    if (call === undefined || this.beginOf(call) > instant) return null;
    this.admitted += 1;
    const head = this.calls[call]?.changes ? this.firstChange : this.firstRead;
    const last = this.previous[head] ?? head;
    this.previous[call] = last;
    this.next[call] = head;
    this.link(call);
    return call;
  }

  /** Undoes `admit`. */
  dismiss(call: number): void {
    this.admitted -= 1;
    this.unlink(call);
  }

  remove(call: number): void {
    this.placed[call] = true;
    this.unlink(call);
  }

  /** Undoes `remove`. */
  restore(call: number): void {
    this.placed[call] = false;
    this.link(call);
  }

  isPlaced(call: number): boolean {
    return this.placed[call] === true;
  }

  /** Those that may change something, by their begins. */
  changes(): number[] {
    return this.list(this.firstChange);
  }

  /** Those that change nothing, by their begins. */
  reads(): number[] {
    return this.list(this.firstRead);
  }

  private list(head: number): number[] {
    const found: number[] = [];
    for (let at = this.next[head] ?? head; at !== head; at = this.next[at] ?? head) found.push(at);
    return found;
  }

  private link(call: number): void {
    const [before, after] = [this.previous[call] ?? call, this.next[call] ?? call];
    this.next[before] = call;
    this.previous[after] = call;
  }

  private unlink(call: number): void {
    const [before, after] = [this.previous[call] ?? call, this.next[call] ?? call];
    this.next[before] = after;
    this.previous[after] = before;
  }

  private beginOf(call: number): number {
    return this.calls[call]?.begin ?? 0;
  }
}
