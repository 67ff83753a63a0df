import { decide, type Run, runsByRate, type Settled } from './decide.ts';
import { between, roundRate } from './rates.ts';

/** How the search goes; see `capacity` in thresholds.json. */
export interface SearchSettings {
  start_rate: number;
  /** How many times the rate before. */
  growth: number;
  max_rate: number;
  /** The search ends when the bracket is no wider than this share. */
  precision: number;
  /** Runs at the rate that was found. */
  repeats: number;
}

/** What the search is about at the moment. */
export const phases = ['grow', 'shrink', 'bisect', 'confirm', 'repeat'] as const;
export type Phase = (typeof phases)[number];

/** The highest rate that holds below the lowest that breaks; null: none was seen yet. */
export interface Bracket {
  holds: number | null;
  breaks: number | null;
}

/** Why no further step is needed. */
export const endings = ['found', 'held-at-max', 'breaks-at-lowest', 'violation'] as const;
export type Ending = (typeof endings)[number];

export type Next =
  | { kind: 'measure'; rate: number; phase: Phase; bracket: Bracket }
  | { kind: 'end'; ending: Ending; bracket: Bracket };

/** Below that, what is broken is not a matter of the rate. */
export const LOWEST_RATE = 0.5;

/**
 * What to do next, from what was measured so far and nothing else: grow geometrically until the SLO breaks, bisect
 * between what holds and what breaks, and confirm what was found by repeated runs. A rate whose run is unclear (the
 * limit lies within the interval of what was measured) is run again, up to three times, and the majority decides.
 *
 * Rates that hold above one that breaks count for nothing: the answer errs towards less.
 *
 * @param affordable how many more steps there is time for: when they are just enough to confirm what holds, that comes
 *   before a narrower bracket
 */
export function nextStep(
  settings: SearchSettings,
  runs: readonly Run[],
  affordable: number = Number.POSITIVE_INFINITY,
): Next {
  const rates = runsByRate(runs);
  const bracket = bracketOf(rates);
  const { holds, breaks } = bracket;
  const measure = (rate: number, phase: Phase): Next => ({ kind: 'measure', rate, phase, bracket });
  const end = (ending: Ending): Next => ({ kind: 'end', ending, bracket });
  if (runs.some(({ violation }) => violation)) return end('violation');

  const last = runs.at(-1);
  const open = last && rates.get(last.rate);
  if (last && open && decide(open) === 'open') return measure(last.rate, 'repeat');

  const most = roundRate(settings.max_rate);
  if (holds === null && breaks === null)
    return measure(Math.min(most, roundRate(settings.start_rate)), 'grow');
  if (holds === null) {
    const lower = roundRate((breaks as number) / settings.growth);
    return lower < LOWEST_RATE || lower >= (breaks as number)
      ? end('breaks-at-lowest')
      : measure(lower, 'shrink');
  }
  if (breaks === null && holds < most)
    return measure(Math.min(most, roundRate(holds * settings.growth)), 'grow');
  const found = rates.get(holds) ?? [];
  const missing = runsWanted(settings, found, breaks === null) - found.length;
  if (breaks !== null && breaks / holds > 1 + settings.precision && !(missing > 0 && affordable <= missing)) {
    const middle = between(holds, breaks);
    if (middle !== null) return measure(middle, 'bisect');
  }
  if (missing > 0) return measure(holds, 'confirm');
  return end(breaks === null ? 'held-at-max' : 'found');
}

/** At the highest rate that is allowed, one that clearly holds needs one witness more: nothing lies beyond it. */
function runsWanted({ repeats }: SearchSettings, found: readonly Run[], atMost: boolean): number {
  return atMost && found.every(({ holds, clear }) => holds && clear) ? Math.min(2, repeats) : repeats;
}

/** Where the search stands. */
export function bracketOf(rates: ReadonlyMap<number, readonly Run[]>): Bracket {
  const settled = [...rates].map(([rate, runs]): [number, Settled] => [rate, decide(runs)]);
  const broken = settled.filter(([, how]) => how === 'breaks').map(([rate]) => rate);
  const breaks = broken.length === 0 ? null : Math.min(...broken);
  const held = settled
    .filter(([rate, how]) => how === 'holds' && (breaks === null || rate < breaks))
    .map(([rate]) => rate);
  return { holds: held.length === 0 ? null : Math.max(...held), breaks };
}
