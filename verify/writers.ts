import type { Operation } from '../history/operation.ts';
import { type Effects, push } from './effects.ts';
import type { RecordedRun } from './run-data.ts';
import { Spells } from './spells.ts';

/** A call that may store the status of tables. */
type Writer = Extract<Operation, { f: 'refresh' | 'assign' | 'confirm' | 'unassign' | 'transition' }>;

/** A call that may have stored a status, with its interval on the clock that was asked for, both ends widened by its error. */
export interface Write {
  operation: Operation;
  from: number;
  to: number;
}

/**
 * Calls that may store a table's status: refreshes of the table, and what changes its bookings' claims. Found by time
 * without looking at every call of the run.
 */
export class StatusWriters {
  private readonly effects: Effects;
  /** Calls with an end, by runner. */
  private readonly ended = new Map<string, Spells<Writer>>();
  /** Calls that may take effect at any later moment, by table and in the order of their begins. */
  private readonly unknown = new Map<string, Writer[]>();
  /** Whose calls write the tables of a booking, and refresh a table. */
  private readonly runners = new Map<string, Set<string>>();
  private readonly runnersOfTable = new Map<string, Set<string>>();

  constructor(run: RecordedRun, effects: Effects) {
    this.effects = effects;
    const ended = new Map<string, Writer[]>();
    for (const operation of run.history.operations) {
      if (!isWriter(operation)) continue;
      const what = operation.f === 'refresh' ? operation.input.table_id : operation.input.booking_id;
      const runners = this.runners.get(what);
      if (runners) runners.add(operation.runner);
      else this.runners.set(what, new Set([operation.runner]));
      if (operation.type !== 'info') push(ended, operation.runner, operation);
      else for (const table of this.tablesOf(operation)) push(this.unknown, table, operation);
    }
    for (const [runner, operations] of ended) {
      this.ended.set(runner, new Spells(operations, beginOf, endOf));
    }
  }

  /**
   * The earliest begin of the calls that may have stored the table's status last when it was read: the refresh itself,
   * and what else was under way between its begin and the end of the read. A transaction's `now()` is as old as its begin.
   *
   * @returns nanoseconds on the clock of the refresh; null when the clocks of runners that write the table cannot be compared
   */
  earliest(table: string, refresh: Operation, read: Operation): number | null {
    const written = this.between(table, refresh.t0, read.t1, refresh.runner);
    return written && Math.min(refresh.t0, ...written.map(({ from }) => from));
  }

  /**
   * Calls that may have stored the table's status between two moments of a runner's clock, by their begins.
   *
   * @param runner whose clock the moments are on
   * @returns null when the clocks of runners that write the table cannot be compared
   */
  between(table: string, from: number, to: number, runner: string): Write[] | null {
    const writers = this.runnersOf(table);
    if (this.effects.time.margin(runner, ...writers) === Number.POSITIVE_INFINITY) return null;
    const found: Write[] = [];
    const add = (operation: Operation, margin: number): void => {
      found.push({ operation, from: operation.t0 - margin, to: operation.t1 + margin });
    };
    for (const writer of writers) {
      const margin = this.effects.time.margin(runner, writer);
      for (const operation of this.ended.get(writer)?.during(from - margin, to + margin) ?? []) {
        if (this.writes(operation, table)) add(operation, margin);
      }
    }
    for (const operation of this.unknown.get(table) ?? []) {
      const margin = this.effects.time.margin(runner, operation.runner);
      if (operation.t0 - margin <= to) add(operation, margin);
    }
    return found.sort((a, b) => a.from - b.from || a.to - b.to);
  }

  private runnersOf(table: string): ReadonlySet<string> {
    let runners = this.runnersOfTable.get(table);
    if (!runners) {
      runners = new Set(this.runners.get(table));
      for (const { booking_id } of this.effects.ofTable(table)) {
        for (const runner of this.runners.get(booking_id) ?? []) runners.add(runner);
      }
      this.runnersOfTable.set(table, runners);
    }
    return runners;
  }

  private writes(operation: Writer, table: string): boolean {
    if (operation.f === 'refresh') return operation.input.table_id === table;
    return this.effects.ofPair(operation.input.booking_id, table).length > 0;
  }

  private tablesOf(operation: Writer): Iterable<string> {
    if (operation.f === 'refresh') return [operation.input.table_id];
    return this.effects.tablesOf(operation.input.booking_id);
  }
}

function isWriter(operation: Operation): operation is Writer {
  if (operation.type === 'fail') return false;
  return !(operation.f === 'status' || operation.f === 'hold' || operation.f === 'release');
}

function beginOf({ t0 }: Operation): number {
  return t0;
}

function endOf({ t1 }: Operation): number {
  return t1;
}
