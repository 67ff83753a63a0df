import type { Operation } from '../history/operation.ts';
import type { Effect, Effects } from './effects.ts';
import type { Window } from './instant.ts';
import { Spells } from './spells.ts';

/** When something went on: the interval of a call, or of several. */
export type Interval = Pick<Operation, 'runner' | 't0' | 't1'>;

interface Claim {
  effect: Effect;
  window: Window;
  /** Its place among the effects on the table. */
  place: number;
}

/** The claims on each table, by time and by window, so that a question about a moment need not look at every claim. */
export class ClaimIndex {
  private readonly effects: Effects;
  private readonly lives = new Map<string, Spells<Claim>>();
  private readonly runners = new Map<string, ReadonlySet<string>>();
  private readonly windows = new Map<string, Spells<Claim>>();

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
    if (margin === Number.POSITIVE_INFINITY) return inOrder(this.claimsOn(table));
    let lives = this.lives.get(table);
    if (lives === undefined) {
      lives = this.livesOn(table);
      this.lives.set(table, lives);
    }
    return inOrder(lives.during(t0 - margin, t1 + margin));
  }

  /** Claims for windows that touch a stretch of time, both ends included, microseconds; in the order of their calls. */
  near(table: string, from: number, to: number): Effect[] {
    let windows = this.windows.get(table);
    if (!windows) {
      windows = new Spells(
        this.claimsOn(table),
        ({ window }) => window.start,
        ({ window }) => window.end,
      );
      this.windows.set(table, windows);
    }
    return inOrder(windows.during(from, to));
  }

  private runnersOf(table: string): ReadonlySet<string> {
    let runners = this.runners.get(table);
    if (!runners) {
      runners = new Set(this.effects.ofTable(table).map(({ operation }) => operation.runner));
      this.runners.set(table, runners);
    }
    return runners;
  }

  /** By the begins of the calls, until the claims were given up or moved for certain. */
  private livesOn(table: string): Spells<Claim> {
    return new Spells(this.claimsOn(table), beginOf, (claim) => this.endOf(claim));
  }

  private claimsOn(table: string): Claim[] {
    const claims: Claim[] = [];
    for (const [place, effect] of this.effects.ofTable(table).entries()) {
      if (effect.window) claims.push({ effect, window: effect.window, place });
    }
    return claims;
  }

  /** When the first call was answered that ended or moved the claim for certain; never, for one that may still be made. */
  private endOf({ effect: claim }: Claim): number {
    let end = Number.POSITIVE_INFINITY;
    if (claim.operation.type === 'info') return end;
    for (const successor of this.effects.successors(claim)) {
      if (!successor.certain || !this.effects.before(claim, successor)) continue;
      end = Math.min(end, successor.operation.t1);
    }
    return end;
  }
}

function beginOf({ effect }: Claim): number {
  return effect.operation.t0;
}

function inOrder(claims: Claim[]): Effect[] {
  return claims.sort((a, b) => a.place - b.place).map(({ effect }) => effect);
}
