import { COMMIT_POINT } from '../cases/call-text.ts';
import type { Instrumentation } from '../instrument/schema.ts';
import type { Step } from '../scheduler/trace.ts';
import type { Constraints } from './constraints.ts';
import { type Footprint, NOTHING, UNKNOWN, union } from './footprint.ts';

/** What a step read and wrote, by table, for people and for the search. */
export interface TableCount {
  readonly table: string;
  readonly scans: number;
  /** Rows that it got to see. */
  readonly seen: number;
  readonly inserted: number;
  readonly updated: number;
  readonly deleted: number;
}

/** Turns what steps report into footprints. */
export class FootprintReader {
  private readonly instrumentation: Instrumentation;
  private readonly constraints: Constraints;
  private readonly bits = new Map<string, bigint>();

  constructor(instrumentation: Instrumentation, constraints: Constraints) {
    this.instrumentation = instrumentation;
    this.constraints = constraints;
    for (const { table } of instrumentation.counted) this.bit(table);
  }

  /**
   * Footprints of one call's steps, in their order.
   *
   * A statement sees one snapshot from its begin to its end, also when its triggers and functions yield in between. So
   * what is read within a statement of the entered function counts for all steps of that statement up to the read.
   *
   * @param enters function that the call enters; null: the call is one statement
   */
  read(steps: readonly Step[], enters: string | null): Footprint[] {
    const own = steps.map((step) => this.own(step));
    const footprints = [...own];
    let first = 0;
    for (const [index, step] of steps.entries()) {
      const point = this.instrumentation.points.get(step.point);
      if (step.point === COMMIT_POINT || (enters !== null && point?.name === enters)) first = index;
      const reads = own[index]?.reads ?? 0n;
      for (let earlier = first; earlier < index; earlier += 1) {
        const known = footprints[earlier] ?? NOTHING;
        footprints[earlier] = { ...known, reads: known.reads | reads };
      }
    }
    const last = footprints.length - 1;
    const all = own.reduce(union, NOTHING);
    const end = footprints[last];
    if (end) {
      footprints[last] = {
        ...end,
        publishes: all.writes | all.keys | this.appended(steps),
        advisory: all.advisory,
        unknown: end.unknown || this.constraints.deferred,
      };
    }
    return footprints;
  }

  /** What a step counted, table by table; tables that it left alone are not in it. */
  counts({ counted }: Pick<Step, 'counted'>): TableCount[] {
    const byTable = new Map<string, TableCount>();
    for (const [place, values] of counted ?? []) {
      const [scans = 0, fetched = 0, returned = 0, inserted = 0, updated = 0, deleted = 0] = values;
      const table = this.instrumentation.counted[place]?.table;
      if (table === undefined || scans + fetched + returned + inserted + updated + deleted === 0) continue;
      const known = byTable.get(table);
      byTable.set(table, {
        table,
        scans: scans + (known?.scans ?? 0),
        seen: fetched + returned + (known?.seen ?? 0),
        inserted: inserted + (known?.inserted ?? 0),
        updated: updated + (known?.updated ?? 0),
        deleted: deleted + (known?.deleted ?? 0),
      });
    }
    return [...byTable.values()];
  }

  /** What the text of its statement names, and what it counted. */
  private own(step: Step): Footprint {
    const point = this.instrumentation.points.get(step.point);
    // The last step reports nothing: where its statement may have done more than its text says, nothing is known.
    if (step.counted === null && step.point !== COMMIT_POINT) {
      if (!point || point.writes.length > 0 || point.opaque) return UNKNOWN;
    }
    let { reads, writes, keys } = NOTHING;
    for (const table of [...(point?.reads ?? []), ...(point?.locks ?? []), ...(point?.writes ?? [])]) {
      reads |= this.bit(table);
    }
    for (const table of point?.locks ?? []) writes |= this.bit(table);
    // Also where no row was written: it looked for rows in the way, and would have waited for their transactions.
    for (const table of point?.writes ?? []) {
      if (!this.constraints.onlyAppended.has(table)) writes |= this.bit(table);
    }
    for (const { table, scans, inserted, updated, deleted } of this.counts(step)) {
      if (scans > 0) reads |= this.bit(table);
      if (updated + deleted > 0 || (inserted > 0 && !this.constraints.onlyAppended.has(table))) {
        writes |= this.bit(table);
      }
      if (inserted + updated > 0) {
        for (const parent of this.constraints.parents.get(table) ?? []) keys |= this.bit(parent);
      }
      if (deleted > 0)
        for (const child of this.constraints.children.get(table) ?? []) reads |= this.bit(child);
    }
    return { ...NOTHING, reads, writes, keys, advisory: point?.advisory ?? false };
  }

  private appended(steps: readonly Step[]): bigint {
    let mask = 0n;
    for (const step of steps) {
      for (const { table, inserted } of this.counts(step)) if (inserted > 0) mask |= this.bit(table);
    }
    return mask;
  }

  private bit(table: string): bigint {
    const known = this.bits.get(table) ?? 1n << BigInt(this.bits.size);
    this.bits.set(table, known);
    return known;
  }
}
