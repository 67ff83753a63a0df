import { overlaps, parseInstant, type Window } from '../../contracts/instant.ts';
import type { Operation } from '../../history/operation.ts';
import { push, requestedWindow } from '../effects.ts';
import type { RunData } from '../run-data.ts';
import { type BookingFacts, cellOf, outcomeOf, type Region } from './call.ts';

/** What is known of a hold from all calls that name it. */
export interface HoldFacts {
  /** Whether the run tried to make it; else it was there before, if at all. */
  made: boolean;
  regions: Region[];
}

/** What the calls of a run say together of each booking, hold and key. */
export class Facts {
  private readonly run: RunData;
  private readonly bookings = new Map<string, BookingFacts>();
  readonly holds = new Map<string, HoldFacts>();
  /** The kinds of calls that use a key of a booking, one for each use. */
  private readonly uses = new Map<string, string[]>();

  constructor(run: RunData) {
    this.run = run;
    for (const operation of run.history.operations) this.learn(operation);
    for (const { keys } of this.bookings.values()) {
      for (const key of keys.keys()) if (this.use(key) !== 'shared') keys.delete(key);
    }
  }

  booking(id: string): BookingFacts {
    let facts = this.bookings.get(id);
    if (!facts) {
      const over = /^(cancelled|completed|no_show)$/.test(this.run.bookings.get(id)?.status ?? '');
      facts = { id, tables: new Map(), cells: new Map(), keys: new Map(), holds: new Set(), over };
      this.bookings.set(id, facts);
    }
    return facts;
  }

  allBookings(): Iterable<BookingFacts> {
    return this.bookings.values();
  }

  hold(id: string): HoldFacts {
    const facts = this.holds.get(id) ?? { made: false, regions: [] };
    this.holds.set(id, facts);
    return facts;
  }

  /**
   * What is to be known of a key: `single` when no other call uses it, `mixed` when both assignments and confirmations do:
   * whether they share what they remember is open.
   */
  use(key: string): 'single' | 'shared' | 'mixed' {
    const kinds = this.uses.get(key) ?? [];
    if (kinds.length < 2) return 'single';
    return kinds.every((kind) => kind === kinds[0]) ? 'shared' : 'mixed';
  }

  private learn(operation: Operation): void {
    if (outcomeOf(operation) === null) return;
    if (operation.f === 'hold') {
      const { hold_id, booking_id, table_ids, start_at, end_at } = operation.input;
      const hold = this.hold(hold_id);
      hold.made = true;
      hold.regions.push(
        ...regionsOf(table_ids, { start: parseInstant(start_at), end: parseInstant(end_at) }),
      );
      if (booking_id !== null) this.booking(booking_id).holds.add(hold_id);
    } else if (operation.f === 'assign' || operation.f === 'confirm') {
      const { booking_id, table_ids, idempotency_key } = operation.input;
      const booking = this.booking(booking_id);
      const window = requestedWindow(this.run, operation);
      if (!window) return;
      const regions = regionsOf(table_ids, window);
      if (operation.type !== 'fail') for (const region of regions) widen(booking.tables, region);
      if (operation.f === 'confirm') this.hold(operation.input.hold_id).regions.push(...regions);
      if (idempotency_key === null) return;
      const key = cellOf(booking_id, idempotency_key);
      push(this.uses, key, operation.f);
      const tables = booking.keys.get(key) ?? new Set();
      booking.keys.set(key, tables);
      for (const table of table_ids) tables.add(table);
    }
  }
}

export function regionsOf(tables: readonly string[], { start, end }: Window): Region[] {
  const [table] = tables;
  if (tables.length === 1 && table !== undefined) return [{ table, start, end }];
  return [...new Set(tables)].map((table) => ({ table, start, end }));
}

/** Adds a stretch of time; those that it overlaps become one with it. */
function widen(tables: Map<string, Region[]>, region: Region): void {
  const known = tables.get(region.table);
  if (!known) {
    tables.set(region.table, [region]);
    return;
  }
  if (known.some((other) => other.start <= region.start && region.end <= other.end)) return;
  const apart = known.filter((other) => !overlaps(other, region));
  const together = known.filter((other) => overlaps(other, region));
  const start = Math.min(region.start, ...together.map((other) => other.start));
  const end = Math.max(region.end, ...together.map((other) => other.end));
  tables.set(region.table, [...apart, { table: region.table, start, end }]);
}
