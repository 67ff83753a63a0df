import type { ClockAnchor, Operation } from './operation.ts';

/**
 * Brings the clocks of several load generators together: where a scenario had more than one, the instants of every
 * runner are counted from one zero, that of the clock that began first, and the anchors say so. Instants of different
 * runners can then be compared as they are, up to the errors of both anchors; those of one runner keep their distances
 * to the nanosecond. A runner without an anchor stays on its own clock. Where every scenario had one, nothing changes.
 */
export function alignClocks(operations: readonly Operation[], anchors: Map<string, ClockAnchor>): void {
  if (!hasCompany(operations)) return;
  const zero = Math.min(...[...anchors.values()].map(({ wall_ms }) => wall_ms));
  const shifts = new Map(
    [...anchors].map(([runner, { wall_ms }]) => [runner, Math.round((wall_ms - zero) * 1e6)]),
  );
  for (const operation of operations) {
    const shift = shifts.get(operation.runner) ?? 0;
    if (shift === 0) continue;
    operation.t0 += shift;
    operation.t1 += shift;
    if (operation.round) operation.round.scheduled += shift;
  }
  for (const [runner, anchor] of anchors) anchors.set(runner, { ...anchor, wall_ms: zero });
}

/** Whether some scenario was run by more than one runner. */
function hasCompany(operations: readonly Operation[]): boolean {
  const runners = new Map<string, string>();
  return operations.some(({ scenario, runner }) => {
    const known = runners.get(scenario);
    if (known === undefined) runners.set(scenario, runner);
    return known !== undefined && known !== runner;
  });
}
