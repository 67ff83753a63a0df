import { overlaps, parseInstant, type Window } from '../../contracts/instant.ts';
import type { ClockAnchor, Operation } from '../../history/operation.ts';

/** Nanoseconds after which the record of a call that began before should have been written. */
const SETTLED = 1.5e9;

interface Claim {
  booking: string;
  window: Window;
  /** When it was acknowledged, nanoseconds on the clock of the first runner. */
  at: number;
}

interface Suspicion {
  bookings: readonly [string, string];
  from: number;
  text: string;
}

/**
 * Cheap checks while a scenario's history grows: raw or unknown error codes, deadlocks, and acknowledged claims that
 * overlap. They see less than the verifier, and never more: a claim that may have been given back is left alone, and an
 * overlap counts only once records of calls that began before have had time to come.
 */
export class LiveChecks {
  /** By table. */
  private readonly claims = new Map<string, Claim[]>();
  /** Tables on which a booking has claims: a release must not look at all of them. */
  private readonly tables = new Map<string, Set<string>>();
  /** Bookings that gave something back, moved, or ended. */
  private readonly released = new Set<string>();
  /** How far the zero of each runner's clock is behind that of the first, nanoseconds. */
  private readonly shifts = new Map<string, number>();
  private firstZero: number | null = null;
  private suspicions: Suspicion[] = [];
  private readonly found: string[] = [];

  /** What was seen so far, in words. */
  get violations(): readonly string[] {
    return this.found;
  }

  /** Takes the next line of the history. */
  observe(line: string): void {
    const read = parse(line);
    if (read === null) return;
    if ('anchor' in read) {
      this.firstZero ??= read.wall_ms;
      this.shifts.set(read.runner, (read.wall_ms - this.firstZero) * 1e6);
      return;
    }
    const shift = this.shifts.get(read.runner) ?? 0;
    const operation = shift === 0 ? read : { ...read, t0: read.t0 + shift, t1: read.t1 + shift };
    this.checkAnswer(operation);
    if (operation.f === 'assign' || operation.f === 'confirm') this.claim(operation);
    else if ('booking_id' in operation.input) this.release(operation.input.booking_id);
    this.settle(operation.t1);
  }

  private checkAnswer({ f, code, class: result }: Operation): void {
    // A hold is a row that the client writes itself: to write it twice is the client's business.
    if ((code === '23P01' || code === '23505') && f !== 'hold')
      this.found.push(`${f} was answered with a raw ${code}`);
    else if (result === 'unexpected')
      this.found.push(`${f} was answered ${code ?? 'without a code'}, which the contract does not know`);
    else if (code === '40P01') this.found.push(`${f} ended in a deadlock`);
  }

  private claim(operation: Extract<Operation, { f: 'assign' | 'confirm' }>): void {
    const { booking_id } = operation.input;
    // Of a lost call nobody knows what it did; a second one of the same booking may move the first.
    if (operation.type !== 'ok') {
      if (operation.type === 'info') this.release(booking_id);
      return;
    }
    for (const { table_id, start_at, end_at } of Array.isArray(operation.value) ? operation.value : []) {
      if (table_id === null || start_at === null || end_at === null) continue;
      const claim = {
        booking: booking_id,
        window: { start: parseInstant(start_at), end: parseInstant(end_at) },
        at: operation.t1,
      };
      const others = this.claims.get(table_id) ?? [];
      if (others.some(({ booking, window }) => booking === booking_id && window.start !== claim.window.start))
        this.release(booking_id);
      for (const other of others) {
        if (other.booking === booking_id || !overlaps(other.window, claim.window)) continue;
        this.suspicions.push({
          bookings: [other.booking, booking_id],
          from: Math.max(other.at, claim.at),
          text: 'a table was acknowledged to two bookings for overlapping windows',
        });
      }
      others.push(claim);
      this.claims.set(table_id, others);
      this.tables.set(booking_id, (this.tables.get(booking_id) ?? new Set()).add(table_id));
    }
  }

  private release(booking: string | null): void {
    if (booking === null) return;
    this.released.add(booking);
    for (const table of this.tables.get(booking) ?? []) {
      const claims = this.claims.get(table) ?? [];
      this.claims.set(
        table,
        claims.filter((claim) => claim.booking !== booking),
      );
    }
    this.tables.delete(booking);
  }

  private settle(now: number): void {
    this.suspicions = this.suspicions.filter(({ bookings, from, text }) => {
      if (bookings.some((booking) => this.released.has(booking))) return false;
      if (now - from < SETTLED) return true;
      this.found.push(text);
      return false;
    });
  }
}

/** Lines that are no record of a call or clock, or were cut off, say nothing. */
function parse(line: string): Operation | ClockAnchor | null {
  try {
    const parsed = JSON.parse(line) as Partial<Operation> | ClockAnchor;
    if ('anchor' in parsed) return parsed;
    return typeof parsed.f === 'string' ? (parsed as Operation) : null;
  } catch {
    return null;
  }
}
