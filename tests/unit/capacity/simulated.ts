import type { Run } from '../../../capacity/search/decide.ts';
import { type Ending, nextStep, type Phase, type SearchSettings } from '../../../capacity/search/search.ts';
import { randomStream } from '../../../plan/random.ts';

/** A stream of noise: about normal (a sum of twelve uniforms, variance 1), or uniform from 0 to 1. */
export function noiseOf(seed: number, kind: 'normal' | 'uniform' = 'normal'): () => number {
  const random = randomStream(seed, 'noise');
  const uniform = (): number => random.integer(0, 1_000_000) / 1_000_000;
  if (kind === 'uniform') return uniform;
  return () => {
    let sum = -6;
    for (let index = 0; index < 12; index += 1) sum += uniform();
    return sum;
  };
}

export const settings: SearchSettings = {
  start_rate: 10,
  growth: 2,
  max_rate: 1000,
  precision: 0.1,
  repeats: 3,
};

/** What a target answers to a rate. */
export type Target = (rate: number) => Omit<Run, 'rate'>;

/**
 * A target that carries so many per second; each run meets a limit of its own, as far from it as the noise says. Near
 * the limit runs are unclear.
 */
export function targetOf(limit: number, noise = 0, seed = 0): Target {
  const next = noiseOf(seed);
  return (rate) => {
    const own = limit * Math.exp(noise * next());
    return {
      holds: rate <= own,
      clear: Math.abs(Math.log(rate / own)) > 0.05,
      violation: false,
      generator_limited: false,
    };
  };
}

export interface Searched {
  runs: Run[];
  phases: Phase[];
  ending: Ending;
}

/** Goes through a whole search. */
export function searchOn(target: Target, options: Partial<SearchSettings> = {}): Searched {
  const runs: Run[] = [];
  const phases: Phase[] = [];
  for (let steps = 0; steps < 200; steps += 1) {
    const next = nextStep({ ...settings, ...options }, runs);
    if (next.kind === 'end') return { runs, phases, ending: next.ending };
    phases.push(next.phase);
    runs.push({ rate: next.rate, ...target(next.rate) });
  }
  throw new Error(`the search does not end: ${JSON.stringify(runs.slice(-10))}`);
}
