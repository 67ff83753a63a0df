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

interface TableClaims {
  /** By the begins of the calls, until the claims were given up or moved for certain; null: of several runners. */
  live: { runner: string; spells: Spells<Claim> } | null;
  byWindow: Spells<Claim>;
  all: Effect[];
}

/** The claims on each table, by time and by window, so that a question about a moment need not look at every claim. */
export class ClaimIndex {
  private readonly effects: Effects;
  private readonly byTable = new Map<string, TableClaims>();

  constructor(effects: Effects) {
    this.effects = effects;
  }

  /**
   * Claims that may have been live during the interval, in the order of their calls. Leaves out what was asked for after it,
   * and what was given up or moved for certain before; clocks of two runners are not compared for that.
   */
  live(table: string, { runner, t0, t1 }: Interval): Effect[] {
    const { live, all } = this.claimsOf(table);
    return live?.runner === runner ? inOrder(live.spells.during(t0, t1)) : all;
  }

  /** Claims for windows that touch a stretch of time, both ends included, microseconds; in the order of their calls. */
  near(table: string, from: number, to: number): Effect[] {
    return inOrder(this.claimsOf(table).byWindow.during(from, to));
  }

  private claimsOf(table: string): TableClaims {
    const known = this.byTable.get(table);
    if (known) return known;
    const list = this.effects.ofTable(table);
    const claims: Claim[] = [];
    for (const [place, effect] of list.entries()) {
      if (effect.window) claims.push({ effect, window: effect.window, place });
    }
    const [runner, ...others] = new Set(list.map(({ operation }) => operation.runner));
    const several = runner === undefined || others.length > 0;
    const found: TableClaims = {
      live: several ? null : { runner, spells: new Spells(claims, beginOf, (claim) => this.endOf(claim)) },
      byWindow: new Spells(
        claims,
        ({ window }) => window.start,
        ({ window }) => window.end,
      ),
      all: claims.map(({ effect }) => effect),
    };
    this.byTable.set(table, found);
    return found;
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
