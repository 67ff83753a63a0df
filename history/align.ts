import { HAS_ROUND } from './columns/columns.ts';
import type { Recorded } from './columns/recorded.ts';
import type { ClockAnchor } from './operation.ts';

/**
 * Brings the clocks of several load generators together: where a scenario had more than one, the instants of every
 * runner are counted from one zero, that of the clock that began first, and the anchors say so. Instants of different
 * runners can then be compared as they are, up to the errors of both anchors; those of one runner keep their distances
 * to the nanosecond. A runner without an anchor stays on its own clock. Where every scenario had one, nothing changes.
 */
export function alignClocks(recorded: Recorded, anchors: Map<string, ClockAnchor>): void {
  if (!hasCompany(recorded)) return;
  const { columns, words, others, count } = recorded;
  const zero = Math.min(...[...anchors.values()].map(({ wall_ms }) => wall_ms));
  const shifts = new Map(
    [...anchors].map(([runner, { wall_ms }]) => [words.find(runner), Math.round((wall_ms - zero) * 1e6)]),
  );
  for (let row = 0; row < count; row += 1) {
    const shift = shifts.get(columns.runner[row] as number) ?? 0;
    if (shift === 0) continue;
    columns.t0[row] = (columns.t0[row] as number) + shift;
    columns.t1[row] = (columns.t1[row] as number) + shift;
    if (((columns.flags[row] as number) & HAS_ROUND) !== 0) {
      columns.scheduled[row] = (columns.scheduled[row] as number) + shift;
    }
    const other = others.get(row);
    if (!other) continue;
    other.t0 += shift;
    other.t1 += shift;
    if (other.round) other.round.scheduled += shift;
  }
  for (const [runner, anchor] of anchors) anchors.set(runner, { ...anchor, wall_ms: zero });
}

/** Whether some scenario was run by more than one runner. */
function hasCompany({ columns, count }: Recorded): boolean {
  const runners = new Map<number, number>();
  for (let row = 0; row < count; row += 1) {
    const [scenario, runner] = [columns.scenario[row] as number, columns.runner[row] as number];
    const known = runners.get(scenario);
    if (known === undefined) runners.set(scenario, runner);
    else if (known !== runner) return true;
  }
  return false;
}
