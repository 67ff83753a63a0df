import type { RunData } from './run-data.ts';

/** Warnings about the measurement itself: they do not change the verdict, but a reader must know them. */
export function measurementWarnings(run: RunData): string[] {
  return [...lateRounds(run), ...coarseClocks(run)];
}

/** Rounds whose contenders did not start together contend less than planned. */
function lateRounds({ history, thresholds }: RunData): string[] {
  const limit = thresholds?.barrier.max_spread_ms;
  if (limit === undefined) return [];
  const rounds = new Map<string, { first: number; last: number }>();
  for (const { scenario, round, t0 } of history.operations) {
    if (!round) continue;
    const name = `${scenario} ${round.round}`;
    const spread = rounds.get(name) ?? { first: t0, last: t0 };
    rounds.set(name, { first: Math.min(spread.first, t0), last: Math.max(spread.last, t0) });
  }
  const late = [...rounds.values()].filter(({ first, last }) => last - first > limit * 1e6).length;
  if (late * 10 <= rounds.size) return [];
  return [
    `in ${late} of ${rounds.size} rounds the contenders started more than ${limit} ms apart: lower processes or raise period_ms`,
  ];
}

function coarseClocks({ history, manifest }: RunData): string[] {
  const warnings: string[] = [];
  for (const { runner, error_ms } of history.anchors.values()) {
    if (error_ms > 5) warnings.push(`the clock of ${runner} is known to ± ${error_ms.toFixed(1)} ms only`);
  }
  const clock = manifest.database_clock;
  if (clock && clock.error_ms > 50) {
    warnings.push(`the database's clock is known to ± ${clock.error_ms.toFixed(0)} ms only`);
  }
  return warnings;
}
