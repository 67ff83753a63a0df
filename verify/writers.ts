import { F, Type } from '../history/columns/columns.ts';
import { type Recorded, recordedOf } from '../history/columns/recorded.ts';
import type { Operation } from '../history/operation.ts';
import { type Effects, push } from './effects.ts';
import type { RecordedRun } from './run-data.ts';
import { Spells } from './spells.ts';

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
  private readonly operations: readonly Operation[];
  private readonly recorded: Recorded;
  private readonly effects: Effects;
  /** Rows of calls with an end, by the word of their runner. */
  private readonly ended = new Map<number, Spells<number>>();
  /** Rows of calls that may take effect at any later moment, by the word of the table and in the order of their begins. */
  private readonly unknown = new Map<number, number[]>();
  /** Whose calls write the tables of a booking, and refresh a table; by their words. */
  private readonly runners = new Map<number, Set<number>>();
  private readonly runnersOfTable = new Map<number, ReadonlySet<number>>();

  constructor(run: RecordedRun, effects: Effects) {
    this.operations = run.history.operations;
    this.recorded = recordedOf(this.operations);
    this.effects = effects;
    const { columns, count } = this.recorded;
    const ended = new Map<number, number[]>();
    for (let row = 0; row < count; row += 1) {
      if (!this.isWriter(row)) continue;
      const runner = columns.runner[row] as number;
      const what = (columns.f[row] === F.refresh ? columns.tables : columns.booking)[row] as number;
      const runners = this.runners.get(what);
      if (runners) runners.add(runner);
      else this.runners.set(what, new Set([runner]));
      if (columns.type[row] !== Type.info) push(ended, runner, row);
      else for (const table of this.tablesOf(row)) push(this.unknown, table, row);
    }
    const { t0, t1 } = columns;
    for (const [runner, rows] of ended) {
      this.ended.set(
        runner,
        new Spells(
          rows,
          (row) => t0[row] as number,
          (row) => t1[row] as number,
        ),
      );
    }
  }

  /**
   * The earliest begin of the calls that may have stored the table's status last when it was read: the refresh itself,
   * and what else was under way between its begin and the end of the read. A transaction's `now()` is as old as its begin.
   *
   * @returns nanoseconds on the clock of the refresh; null when the clocks of runners that write the table cannot be compared
   */
  earliest(table: string, refresh: Operation, read: Operation): number | null {
    const { runner, t0 } = this.recorded.columns;
    const word = this.recorded.words.find(table);
    const margins = this.marginsTo(refresh.runner, word);
    if (!margins) return null;
    let earliest = refresh.t0;
    for (const [writer, margin] of margins) {
      for (const row of this.ended.get(writer)?.during(refresh.t0 - margin, read.t1 + margin) ?? []) {
        const begin = (t0[row] as number) - margin;
        if (begin < earliest && this.writes(row, word)) earliest = begin;
      }
    }
    for (const row of this.unknown.get(word) ?? []) {
      const begin = (t0[row] as number) - (margins.get(runner[row] as number) ?? 0);
      if (begin < earliest && begin <= read.t1) earliest = begin;
    }
    return earliest;
  }

  /**
   * Calls that may have stored the table's status between two moments of a runner's clock, by their begins.
   *
   * @param runner whose clock the moments are on
   * @returns null when the clocks of runners that write the table cannot be compared
   */
  between(table: string, from: number, to: number, runner: string): Write[] | null {
    const { columns, words } = this.recorded;
    const word = words.find(table);
    const margins = this.marginsTo(runner, word);
    if (!margins) return null;
    const found: Write[] = [];
    const add = (row: number, margin: number): void => {
      const operation = this.operations[row] as Operation;
      found.push({ operation, from: operation.t0 - margin, to: operation.t1 + margin });
    };
    for (const [writer, margin] of margins) {
      for (const row of this.ended.get(writer)?.during(from - margin, to + margin) ?? []) {
        if (this.writes(row, word)) add(row, margin);
      }
    }
    for (const row of this.unknown.get(word) ?? []) {
      const margin = margins.get(columns.runner[row] as number) ?? 0;
      if ((columns.t0[row] as number) - margin <= to) add(row, margin);
    }
    return found.sort((a, b) => a.from - b.from || a.to - b.to);
  }

  /**
   * By how much the clocks of the table's writers may be off from that of a runner, nanoseconds, by the word of the writer;
   * null where they cannot be compared.
   */
  private marginsTo(runner: string, table: number): Map<number, number> | null {
    const { words } = this.recorded;
    const writers = [...this.runnersOf(table)];
    const names = writers.map((writer) => words.text(writer));
    const { time } = this.effects;
    if (time.margin(runner, ...names) === Number.POSITIVE_INFINITY) return null;
    return new Map(writers.map((writer, place) => [writer, time.margin(runner, names[place] as string)]));
  }

  private runnersOf(table: number): ReadonlySet<number> {
    let runners = this.runnersOfTable.get(table);
    if (!runners) {
      runners = this.writersOf(table);
      this.runnersOfTable.set(table, runners);
    }
    return runners;
  }

  private writersOf(table: number): ReadonlySet<number> {
    const { columns } = this.effects;
    // Whoever writes the table is then the only one there is.
    if (columns.oneClock) return new Set(this.ended.keys());
    const runners = new Set(this.runners.get(table));
    for (const effect of columns.onTable(this.recorded.words.text(table))) {
      const booking = columns.names.first(columns.pairs[effect] as number);
      for (const runner of this.runners.get(booking) ?? []) runners.add(runner);
    }
    return runners;
  }

  private writes(row: number, table: number): boolean {
    const { f, tables, booking } = this.recorded.columns;
    if (f[row] === F.refresh) return tables[row] === table;
    return this.effects.columns.names.find(booking[row] as number, table) !== -1;
  }

  private tablesOf(row: number): Iterable<number> {
    const { f, tables, booking } = this.recorded.columns;
    if (f[row] === F.refresh) return [tables[row] as number];
    const { words } = this.recorded;
    const whose = words.text(booking[row] as number);
    return Array.from(this.effects.tablesOf(whose), (table) => words.find(table));
  }

  private isWriter(row: number): boolean {
    const { f, type } = this.recorded.columns;
    if (type[row] === Type.fail) return false;
    return !(f[row] === F.status || f[row] === F.hold || f[row] === F.release);
  }
}
