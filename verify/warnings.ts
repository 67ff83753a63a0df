import type { ScenarioName } from '../contracts/thresholds.ts';
import { definitionOf } from '../plan/scenarios.ts';
import { roundStarts } from './contention.ts';
import type { RunData } from './run-data.ts';

/** Warnings about the measurement itself: they do not change the verdict, but a reader must know them. */
export function measurementWarnings(run: RunData): string[] {
  return [...injectedFaults(run), ...lateRounds(run), ...busyGenerator(run), ...coarseClocks(run)];
}

/** What was done to the target on purpose: calls that it hit have an unknown outcome. */
function injectedFaults({ faults, manifest }: RunData): string[] {
  return manifest.scenarios.flatMap((scenario) => {
    const done = faults.filter((event) => event.scenario === scenario && event.began_at !== null);
    if (done.length === 0) return [];
    const counts = new Map<string, number>();
    for (const { kind } of done) counts.set(kind, (counts.get(kind) ?? 0) + 1);
    const kinds = [...counts].map(([kind, count]) => (count > 1 ? `${count} × ${kind}` : kind));
    const crossed = manifest.runs.flatMap((run) => (run.scenario === scenario ? run.thresholds_crossed : []));
    return [
      `faults were injected into ${scenario}: ${kinds.join(', ')}`,
      ...crossed.map((threshold) => `${scenario} crossed ${threshold}, which does not count under faults`),
    ];
  });
}

/** Rounds whose contenders did not start together contend less than planned. */
function lateRounds({ history, thresholds, manifest, faults }: RunData): string[] {
  const limit = thresholds?.barrier.max_spread_ms;
  if (limit === undefined) return [];
  return manifest.scenarios.flatMap((scenario) => {
    if (faults.some((event) => event.scenario === scenario)) return [];
    if (definitionOf(scenario as ScenarioName).contends !== 'rounds') return [];
    const rounds = roundStarts(history.operations.filter((operation) => operation.scenario === scenario));
    const late = [...rounds.values()].filter(({ first, last }) => last - first > limit * 1e6).length;
    if (late * 10 <= rounds.size) return [];
    return [
      `in ${late} of ${rounds.size} rounds of ${scenario} the contenders started more than ${limit} ms apart: lower processes or raise period_ms`,
    ];
  });
}

/** A load generator without CPU to spare measures itself. */
function busyGenerator({ observations, thresholds }: RunData): string[] {
  const limit = thresholds?.contention.max_generator_cpu ?? 1;
  return [...observations].flatMap(([scenario, { generator_cpu }]) =>
    generator_cpu !== null && generator_cpu > limit
      ? [
          `${scenario}: the load generator used ${Math.round(generator_cpu * 100)} % of all cores, so it may have been the bottleneck: lower its processes or rate, or run it on another machine`,
        ]
      : [],
  );
}

function coarseClocks({ history, manifest }: RunData): string[] {
  const warnings: string[] = [];
  const coarse = new Map<string, string[]>();
  for (const { runner, error_ms } of history.anchors.values()) {
    if (error_ms <= 5) continue;
    const error = error_ms.toFixed(1);
    coarse.set(error, [...(coarse.get(error) ?? []), runner]);
  }
  for (const [error, runners] of coarse) {
    const whose =
      runners.length === 1 ? `the clock of ${runners[0]} is` : `the clocks of ${runners.join(', ')} are`;
    warnings.push(`${whose} known to ± ${error} ms only`);
  }
  const clock = manifest.database_clock;
  if (clock && clock.error_ms > 50) {
    warnings.push(`the database's clock is known to ± ${clock.error_ms.toFixed(0)} ms only`);
  }
  return warnings;
}
