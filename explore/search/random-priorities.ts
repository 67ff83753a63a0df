import type { Random } from '../../plan/random.ts';
import type { Chooser } from '../scheduler/schedule.ts';

/**
 * A random schedule that finds a defect of a given depth with a known probability (PCT, Burckhardt, Kothari, Musuvathi and
 * Nagarakatte 2010): each session gets a random priority, the highest that can runs, and at `depth - 1` random steps the
 * one that is running falls below all others.
 *
 * @param steps how many steps all calls have together, about
 */
export function randomPriorities(random: Random, sessions: number, steps: number, depth: number): Chooser {
  const priorities = shuffled(
    random,
    Array.from({ length: sessions }, (_, index) => depth + index),
  );
  const changes = Array.from({ length: depth - 1 }, () => random.integer(1, Math.max(1, steps - 1))).sort(
    (a, b) => a - b,
  );
  let changed = 0;
  return ({ enabled, progress, current }) => {
    const done = progress.reduce((sum, each) => sum + each, 0);
    while (current !== null && changed < changes.length && done >= (changes[changed] ?? 0)) {
      changed += 1;
      priorities[current] = depth - changed;
    }
    const [first = 0, ...others] = enabled;
    const session = others.reduce(
      (best, each) => ((priorities[each] ?? 0) > (priorities[best] ?? 0) ? each : best),
      first,
    );
    const next = changes[changed];
    const until = next === undefined ? null : Math.max(1, (progress[session] ?? 0) + next - done);
    return { session, until };
  };
}

/** Fisher and Yates: each order as likely. */
function shuffled(random: Random, items: readonly number[]): number[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = random.integer(0, last);
    [order[last], order[other]] = [order[other] ?? 0, order[last] ?? 0];
  }
  return order;
}
