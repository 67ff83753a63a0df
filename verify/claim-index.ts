import type { Operation } from '../history/operation.ts';
import type { Effect, Effects } from './effects.ts';
import { Spells } from './spells.ts';

/** When something went on: the interval of a call, or of several. */
export type Interval = Pick<Operation, 'runner' | 't0' | 't1'>;

/** The claims on each table, by time and by window, so that a question about a moment need not look at every claim. */
export class ClaimIndex {
  private readonly effects: Effects;
  private readonly lives = new Map<string, Spells<number> | null>();
  private readonly windows = new Map<string, Spells<number>>();

  constructor(effects: Effects) {
    this.effects = effects;
  }

  /**
   * Claims that may have been live during the interval, in the order of their calls. Leaves out what was asked for after it,
   * and what was given up or moved for certain before; where several runners made them, whose clocks are not compared here,
   * all.
   */
  live(table: string, { runner, t0, t1 }: Interval): Effect[] {
    let lives = this.lives.get(table);
    if (lives === undefined) {
      lives = this.livesOn(table);
      this.lives.set(table, lives);
    }
    const { columns } = this.effects;
    const first = columns.onTable(table)[0];
    const isOnItsClock =
      first !== undefined && columns.operation(columns.rows[first] as number).runner === runner;
    return this.inOrder(lives && isOnItsClock ? lives.during(t0, t1) : [...this.claimsOn(table)]);
  }

  /** Claims for windows that touch a stretch of time, both ends included, microseconds; in the order of their calls. */
  near(table: string, from: number, to: number): Effect[] {
    let windows = this.windows.get(table);
    if (!windows) {
      const { columns, windowTimes } = this.effects;
      windows = new Spells(
        [...this.claimsOn(table)],
        (claim) => windowTimes.starts[columns.windows[claim] as number] as number,
        (claim) => windowTimes.ends[columns.windows[claim] as number] as number,
      );
      this.windows.set(table, windows);
    }
    return this.inOrder(windows.during(from, to));
  }

  /** By the begins of the calls, until the claims were given up or moved for certain; null: of several runners. */
  private livesOn(table: string): Spells<number> | null {
    const { columns } = this.effects;
    const { runner, t0 } = columns.recorded.columns;
    const rows = Array.from(columns.onTable(table), (effect) => columns.rows[effect] as number);
    if (rows.some((row) => runner[row] !== runner[rows[0] as number])) return null;
    return new Spells(
      [...this.claimsOn(table)],
      (claim) => t0[columns.rows[claim] as number] as number,
      (claim) => this.endOf(this.effects.at(claim)),
    );
  }

  private claimsOn(table: string): Int32Array {
    const { columns } = this.effects;
    return columns.onTable(table).filter((effect) => columns.windows[effect] !== 0);
  }

  /** When the first call was answered that ended or moved the claim for certain; never, for one that may still be made. */
  private endOf(claim: Effect): number {
    let end = Number.POSITIVE_INFINITY;
    if (claim.operation.type === 'info') return end;
    for (const successor of this.effects.successors(claim)) {
      if (!successor.certain || !this.effects.before(claim, successor)) continue;
      end = Math.min(end, successor.operation.t1);
    }
    return end;
  }

  private inOrder(claims: number[]): Effect[] {
    return claims.sort((a, b) => a - b).map((claim) => this.effects.at(claim));
  }
}
