import { decide, type Run, runsByRate } from './decide.ts';
import { bracketOf } from './search.ts';

/** The best that can be said from the steps so far. */
export interface Answer {
  /** Null: nothing holds. */
  sustainable: {
    /** Highest rate at which the SLO held, in most of its runs. */
    rate: number;
    /** Highest rate, up to that one, at which every run held; 0 where there was none. */
    low: number;
    /**
     * Lowest rate, from that one on, at which every run broke and above which none held; the highest that was run where
     * there is none. The rate itself where it is at least that: nothing is known of the target above it.
     */
    high: number;
    runs: number;
    held: number;
  } | null;
  /** `at-least`: the target was not seen to break, so more may be possible. */
  bound: 'measured' | 'at-least';
}

/** What the steps say so far, also of a search that was cut short. */
export function answerOf(runs: readonly Run[]): Answer {
  const correct = runs.filter(({ violation }) => !violation);
  const rates = runsByRate(correct);
  const decided = bracketOf(rates);
  // Cut short, a rate that was run once has no more than that to go by.
  const leaning = [...rates].filter(
    ([rate, all]) =>
      decide(all) === 'open' &&
      all.every(({ holds }) => holds) &&
      (decided.breaks === null || rate < decided.breaks),
  );
  const candidates = [decided.holds, ...leaning.map(([rate]) => rate)].filter((rate) => rate !== null);
  if (candidates.length === 0) return { sustainable: null, bound: 'measured' };
  const rate = Math.max(...candidates);
  const at = rates.get(rate) ?? [];
  const every = (holds: boolean) => (each: readonly Run[]) => each.every((run) => run.holds === holds);
  const below = [...rates].filter(([each, all]) => each <= rate && every(true)(all)).map(([each]) => each);
  const held = correct.filter(({ holds }) => holds).map((run) => run.rate);
  const broken = [...rates]
    .filter(([each, all]) => each >= rate && every(false)(all) && held.every((other) => other < each))
    .map(([each]) => each);
  const bound = boundOf(correct, rate);
  const measured = [...rates.keys()].filter((each) => each >= rate);
  return {
    sustainable: {
      rate,
      low: Math.max(0, ...below),
      high:
        bound === 'at-least' ? rate : broken.length > 0 ? Math.min(...broken) : Math.max(rate, ...measured),
      runs: at.length,
      held: at.filter(({ holds }) => holds).length,
    },
    bound,
  };
}

/** Whether what lies above the rate broke because of the target. */
function boundOf(runs: readonly Run[], rate: number): Answer['bound'] {
  const broken = runs.filter((run) => !run.holds && run.rate > rate);
  const lowest = Math.min(...broken.map((run) => run.rate));
  const there = broken.filter((run) => run.rate === lowest);
  return there.some(({ generator_limited }) => !generator_limited) ? 'measured' : 'at-least';
}
