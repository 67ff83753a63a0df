import type { Effects } from '../effects.ts';
import type { RecordedRun } from '../run-data.ts';
import { PolledBoundaries } from './polled.ts';
import type { Staleness, Unmeasured } from './staleness.ts';
import { SteppedObservations } from './stepped.ts';

/** How long stored statuses differed from the rule after boundaries, and what that rests on. */
export interface Freshness {
  /** `virtual`: instants are exact; `real`: they are known to the error of the clocks, and bounded by reads. */
  clock: 'real' | 'virtual';
  /** Milliseconds between two runs of the scheduled job. */
  every_ms: number;
  measured: Staleness[];
  unchanged: number;
  problems: Unmeasured[];
  /** null where the clock is virtual: nothing is late there. */
  polled: PolledBoundaries | null;
  stepped: SteppedObservations | null;
}

/** Measured once for each run, however many ask. */
const known = new WeakMap<RecordedRun, Freshness | null>();

/** null when the run watched no boundaries. */
export function measureFreshness(run: RecordedRun, effects: Effects): Freshness | null {
  const before = known.get(run);
  if (before !== undefined) return before;
  const freshness = measure(run, effects);
  known.set(run, freshness);
  return freshness;
}

function measure(run: RecordedRun, effects: Effects): Freshness | null {
  const plan = run.plan.scenarios['window-boundary'];
  if (!plan) return null;
  const every_ms = plan.settings.refresh_every_ms;
  const stepped = plan.stepped ? new SteppedObservations(run, effects, plan.stepped) : null;
  const polled = stepped ? null : new PolledBoundaries(run, effects, plan.watched.flat());
  const found = stepped ?? polled;
  if (!found) return null;
  const { measured, unchanged, problems } = found;
  return { clock: stepped ? 'virtual' : 'real', every_ms, measured, unchanged, problems, polled, stepped };
}
