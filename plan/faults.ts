import { type FaultKind, faultNames, type PlannedFault } from '../contracts/faults.ts';
import type { ScenarioName } from '../contracts/thresholds.ts';
import { type Random, randomStream } from './random.ts';

/** Milliseconds, at least, for one fault and what follows from it. */
const SPACE = 3000;

const shapes: Readonly<Record<FaultKind, Pick<PlannedFault, 'duration_ms' | 'share'>>> = {
  'kill-backends': { duration_ms: 0, share: 0.3 },
  crash: { duration_ms: 0, share: 1 },
  pause: { duration_ms: 2000, share: 1 },
  'restart-postgrest': { duration_ms: 0, share: 1 },
  'exhaust-pool': { duration_ms: 3000, share: 1 },
  'drop-replies': { duration_ms: 1500, share: 0.2 },
  'drop-requests': { duration_ms: 1500, share: 0.2 },
  delay: { duration_ms: 1500, share: 0.5 },
};

export interface FaultyScenario {
  name: ScenarioName;
  /** How long its load is planned to last, milliseconds. */
  planned_ms: number;
}

/**
 * Which fault comes when: each kind at least once, spread over the scenarios, more in longer ones. Pure.
 *
 * @param kinds without duplicates; none: no faults
 */
export function planFaults(
  seed: number,
  kinds: readonly FaultKind[],
  scenarios: readonly FaultyScenario[],
): Partial<Record<ScenarioName, PlannedFault[]>> {
  if (kinds.length === 0 || scenarios.length === 0) return {};
  const random = randomStream(seed, 'faults');
  const counts = scenarios.map(({ planned_ms }) => Math.max(1, Math.floor(planned_ms / SPACE)));
  for (let at = 0; total(counts) < kinds.length; at = (at + 1) % counts.length) {
    counts[at] = (counts[at] ?? 0) + 1;
  }
  const order = shuffled(
    random,
    faultNames.filter((kind) => kinds.includes(kind)),
  );
  let next = 0;
  return Object.fromEntries(
    scenarios.map(({ name, planned_ms }, index) => {
      const count = counts[index] ?? 0;
      const room = planned_ms / count;
      const faults = Array.from({ length: count }, (_, place): PlannedFault => {
        const kind = order[next % order.length] as FaultKind;
        next += 1;
        // Never in the last fifth of its room: the load has to go on for a while after it.
        const at_ms = Math.round(room * place + (room * random.integer(100, 800)) / 1000);
        return { kind, at_ms, ...shapes[kind] };
      });
      return [name, faults];
    }),
  );
}

/** Fisher & Yates. */
function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const result = [...items];
  for (let last = result.length - 1; last > 0; last -= 1) {
    const other = random.integer(0, last);
    [result[last], result[other]] = [result[other] as T, result[last] as T];
  }
  return result;
}

function total(counts: readonly number[]): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
