import type { Random } from '../plan/random.ts';
import type { Step } from './sessions.ts';

/** Milliseconds between a step and the moment at which it may begin, by its name. */
export type Delays = ReadonlyMap<string, number>;

/** Widest offsets between steps that overlap, milliseconds, one try after the other. */
const SPREADS = [1, 2, 4, 8, 16, 32] as const;

/**
 * When the steps of a try begin, each after those that had been answered before it in the run. Steps that overlapped
 * begin as they did in the run, then all at once, and from the third try on with offsets from a seeded stream: a race is
 * luck, and so is the try that meets it.
 *
 * @param attempt from 1
 * @param paused whether pauses between calls are kept as recorded; else nobody waits longer than for the answers
 */
export function delaysOf(steps: readonly Step[], attempt: number, paused: boolean, random: Random): Delays {
  const spread = SPREADS[(attempt - 3) % SPREADS.length] ?? 1;
  return new Map(
    steps.map((step) => {
      if (paused && step.alongside.length === 0) return [step.name, pauseBefore(step, steps)];
      if (step.alongside.length === 0 || attempt === 2) return [step.name, 0];
      return [step.name, attempt === 1 ? offsetOf(step, steps) : random.integer(0, spread)];
    }),
  );
}

/** Whether another try can differ from the first: steps overlap. */
export function dependsOnLuck(steps: readonly Step[]): boolean {
  return steps.some(({ alongside }) => alongside.length > 0);
}

/** The recorded pause between a step and the last answer before it, milliseconds. */
export function pauseBefore({ after, operation }: Step, steps: readonly Step[]): number {
  const ready =
    after.length > 0 ? after.map((step) => step.operation.t1) : steps.map((step) => step.operation.t0);
  const last = after.length > 0 ? Math.max(...ready) : Math.min(...ready);
  return Math.max(0, operation.t0 - last) / 1e6;
}

/** How much later than the first of those that it overlapped with. */
function offsetOf(step: Step, steps: readonly Step[]): number {
  const together = steps.filter(({ name }) => name === step.name || step.alongside.includes(name));
  return Math.max(0, step.operation.t0 - Math.min(...together.map(({ operation }) => operation.t0))) / 1e6;
}
