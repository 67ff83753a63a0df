/** One step, as far as the search is concerned. */
export interface Run {
  /** Assignments per second that were offered. */
  rate: number;
  /** Whether the SLO held. */
  holds: boolean;
  /** Whether what was measured is far enough from the limits that chance did not decide. */
  clear: boolean;
  /** A promise was broken: whatever the SLO says, this is no capacity. */
  violation: boolean;
  /** The load generator did not do what was asked of it, so that nothing is said of the target. */
  generator_limited: boolean;
}

export type Settled = 'holds' | 'breaks' | 'open';

/** More runs than that at one rate, and a tie breaks. */
const ENOUGH = 3;

/** What the runs at one rate say together: one that is clear decides alone, else two that agree, else most of three. */
export function decide(runs: readonly Run[]): Settled {
  const held = runs.filter(({ holds }) => holds).length;
  const broke = runs.length - held;
  if (runs.length === 0) return 'open';
  if (runs.length >= ENOUGH) return held > broke ? 'holds' : 'breaks';
  if (held > 0 && broke > 0) return 'open';
  if (runs.length === 1 && runs[0]?.clear !== true) return 'open';
  return held > 0 ? 'holds' : 'breaks';
}

export function runsByRate(runs: readonly Run[]): Map<number, Run[]> {
  const rates = new Map<number, Run[]>();
  for (const run of runs) {
    const known = rates.get(run.rate);
    if (known) known.push(run);
    else rates.set(run.rate, [run]);
  }
  return rates;
}
