/**
 * A correct application in memory, written down as plainly as possible and without a line of what is tested. What the
 * contract leaves open is decided by its habits, so that every habit can be tried.
 */
export interface Habits {
  /** Giving a table back forgets the keys under which it was assigned. */
  forgetsKeys: boolean;
  /** It has no ledger at all. */
  keepsNoLedger: boolean;
  /** A hold that overlaps a claim or another hold is refused. */
  refusesHolds: boolean;
  /** What becomes of the claims of a completed booking, or one that did not show up. */
  afterwards: 'kept' | 'gone' | 'shortened';
  /** Holds go with the booking that ends. */
  endsHolds: boolean;
  /** A confirmation remembers its key. */
  confirmsByKey: boolean;
}

export interface Row {
  booking: number;
  table: number;
  start: number;
  end: number;
}

interface Hold {
  booking: number;
  tables: readonly number[];
  start: number;
  end: number;
  until: number;
  status: 'active' | 'cancelled' | 'confirmed';
}

export interface Request {
  kind: 'assign' | 'unassign' | 'hold' | 'release' | 'confirm' | 'transition';
  booking: number;
  /** Empty for unassign: all. */
  tables: readonly number[];
  start: number;
  end: number;
  key: string;
  hold: number;
  /** Milliseconds on the database's clock. */
  until: number;
  status: string;
}

export class Application {
  rows: Row[] = [];
  private readonly holds = new Map<number, Hold>();
  private readonly ledger = new Map<string, Row[]>();
  private readonly habits: Habits;

  constructor(habits: Habits) {
    this.habits = habits;
  }

  /**
   * @param now milliseconds on the database's clock
   * @returns the answer as the language of runs has it
   */
  serve(request: Request, now: number): string {
    switch (request.kind) {
      case 'assign':
        return this.assign(request, now, null);
      case 'confirm':
        return this.confirm(request, now);
      case 'hold':
        return this.hold(request, now);
      case 'unassign':
        return this.unassign(request);
      case 'release': {
        const hold = this.holds.get(request.hold);
        if (hold) hold.status = 'cancelled';
        return 'ok';
      }
      case 'transition':
        return this.transition(request);
    }
  }

  private assign(request: Request, now: number, through: number | null): string {
    const { booking, tables, start, end, key } = request;
    const remembered = this.ledger.get(this.nameOf(request));
    if (key !== '' && remembered) {
      const same =
        remembered
          .map((row) => row.table)
          .sort()
          .join() === [...tables].sort().join();
      const [first] = remembered;
      return same && first
        ? `ok ${tables.map((table) => `t${table}`).join(',')}@${first.start}-${first.end}`
        : 'P0003 reused';
    }
    const held = [...this.holds].some(
      ([id, hold]) =>
        id !== through &&
        hold.status === 'active' &&
        hold.until > now &&
        hold.booking !== booking &&
        meets(hold, request) &&
        hold.tables.some((table) => tables.includes(table)),
    );
    const taken = this.rows.some(
      (row) => row.booking !== booking && tables.includes(row.table) && meets(row, request),
    );
    if (held || taken) return 'P0001 overlap';
    this.rows = this.rows.filter((row) => row.booking !== booking || !tables.includes(row.table));
    const added = tables.map((table) => ({ booking, table, start, end }));
    this.rows.push(...added);
    if (key !== '' && !this.habits.keepsNoLedger)
      this.ledger.set(this.nameOf(request), structuredClone(added));
    return 'ok';
  }

  private confirm(request: Request, now: number): string {
    const hold = this.holds.get(request.hold);
    const repeated = this.habits.confirmsByKey && this.ledger.has(this.nameOf(request)) && request.key !== '';
    if (!repeated) {
      if (!hold) return 'P0002 unknown';
      if (hold.booking !== 0 && hold.booking !== request.booking) return 'P0001 hold conflict';
      if (hold.status !== 'active' || hold.until <= now) return '23514 over';
    }
    const key = this.habits.confirmsByKey ? request.key : '';
    const answer = this.assign({ ...request, key }, now, request.hold);
    if (answer.startsWith('ok') && hold?.status === 'active') {
      hold.status = 'confirmed';
      hold.booking = request.booking;
    }
    return answer;
  }

  private hold(request: Request, now: number): string {
    const { booking, tables, start, end, until, hold: id } = request;
    if (this.holds.has(id)) return '23505 duplicate key';
    const held = [...this.holds.values()].some(
      (hold) =>
        hold.status === 'active' &&
        hold.until > now &&
        (hold.booking === 0 || hold.booking !== booking) &&
        meets(hold, request) &&
        hold.tables.some((table) => tables.includes(table)),
    );
    const taken = this.rows.some(
      (row) => row.booking !== booking && tables.includes(row.table) && meets(row, request),
    );
    if (this.habits.refusesHolds && (held || taken)) return 'P0001 hold conflict';
    this.holds.set(id, { booking, tables, start, end, until, status: 'active' });
    return 'ok';
  }

  private unassign({ booking, tables }: Request): string {
    const given = this.rows.filter(
      (row) => row.booking === booking && (tables.length === 0 || tables.includes(row.table)),
    );
    this.giveBack(given);
    return `ok ${given.map((row) => `t${row.table}`).join(',') || 'none'}`;
  }

  private transition({ booking, status }: Request): string {
    const own = this.rows.filter((row) => row.booking === booking);
    if (status === 'confirmed') return 'ok';
    if (this.habits.endsHolds) {
      for (const hold of this.holds.values()) if (hold.booking === booking) hold.status = 'cancelled';
    }
    if (status === 'cancelled' || this.habits.afterwards === 'gone') this.giveBack(own);
    else if (this.habits.afterwards === 'shortened') {
      for (const row of own) row.end = Math.min(row.end, row.start + 30);
    }
    return 'ok';
  }

  private giveBack(given: readonly Row[]): void {
    this.rows = this.rows.filter((row) => !given.includes(row));
    if (!this.habits.forgetsKeys) return;
    for (const [name, rows] of this.ledger) {
      const touched = rows.some((row) =>
        given.some((other) => other.booking === row.booking && other.table === row.table),
      );
      if (touched) this.ledger.delete(name);
    }
  }

  private nameOf({ booking, key }: Request): string {
    return `${booking} ${key}`;
  }
}

function meets(a: { start: number; end: number }, b: { start: number; end: number }): boolean {
  return a.start < b.end && b.start < a.end;
}
