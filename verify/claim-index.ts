import type { Operation } from '../history/operation.ts';
import type { Effect, Effects } from './effects.ts';
import { Spells } from './spells.ts';

/** When something went on: the interval of a call, or of several. */
export type Interval = Pick<Operation, 'runner' | 't0' | 't1'>;

/** The claims on each table, by time and by window, so that a question about a moment need not look at every claim. */
export class ClaimIndex {
  private readonly effects: Effects;
  private readonly lives = new Map<string, Spells<number>>();
  private readonly runners = new Map<string, ReadonlySet<string>>();
  private readonly windows = new Map<string, Spells<number>>();

  constructor(effects: Effects) {
    this.effects = effects;
  }

  /**
   * Claims that may have been live during the interval, in the order of their calls. Leaves out what was asked for after it,
   * and what was given up or moved for certain before, each as far as the errors of the runners' clocks allow; where their
   * clocks cannot be compared, nothing.
   */
  live(table: string, { runner, t0, t1 }: Interval): Effect[] {
    const margin = this.effects.time.margin(runner, ...this.runnersOf(table));
    if (margin === Number.POSITIVE_INFINITY) return this.inOrder([...this.claimsOn(table)]);
    let lives = this.lives.get(table);
    if (!lives) {
      lives = this.livesOn(table);
      this.lives.set(table, lives);
    }
    return this.inOrder(lives.during(t0 - margin, t1 + margin));
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

  private runnersOf(table: string): ReadonlySet<string> {
    let runners = this.runners.get(table);
    if (!runners) {
      const { columns } = this.effects;
      const { runner } = columns.recorded.columns;
      const words = new Set(
        Array.from(columns.onTable(table), (effect) => runner[columns.rows[effect] as number]),
      );
      runners = new Set(Array.from(words, (word) => columns.recorded.words.text(word as number)));
      this.runners.set(table, runners);
    }
    return runners;
  }

  /** By the begins of the calls, until the claims were given up or moved for certain. */
  private livesOn(table: string): Spells<number> {
    const { columns } = this.effects;
    const { t0 } = columns.recorded.columns;
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
