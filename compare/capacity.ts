import {
  CAPACITY_COMPARISON_VERSION,
  type CapacityChange,
  type CapacityComparison,
} from '../contracts/capacity-comparison.ts';
import type { CapacityResult, CapacityStep } from '../contracts/capacity-result.ts';
import { ExitCode } from '../contracts/errors.ts';

type Side = CapacityComparison['a'];

/**
 * Compares two results of `capacity` by their intervals. B is better or worse only where the intervals do not overlap
 * and the rates are further apart than the tolerance: two searches of one thing differ a little as well. A result that
 * is at least so much has no bound from above. Pure.
 *
 * @param tolerance a share, 0.1 for ten per cent
 */
export function compareCapacity(
  a: CapacityResult,
  b: CapacityResult,
  { tolerance }: { tolerance: number },
): CapacityComparison {
  const [one, other] = [sideOf(a), sideOf(b)];
  const broken = b.violation !== null && a.violation === null;
  const change = changeOf(one, other, tolerance);
  const ratio = one.rate && other.rate ? other.rate / one.rate : null;
  return {
    v: CAPACITY_COMPARISON_VERSION,
    kind: 'capacity-comparison',
    a: one,
    b: other,
    change,
    ratio,
    rates: commonRates(a.steps, b.steps),
    caveats: caveatsOf(a, b),
    exit_code: broken ? ExitCode.fail : change === 'worse' ? ExitCode.thresholds : ExitCode.pass,
    headline: `${broken ? `${b.violation?.promise} is broken, which was kept before; ` : ''}${words[change]}: ${rateOf(one)} before, ${rateOf(other)} now${ratio === null ? '' : ` (${ratio.toFixed(2)} times)`}`,
  };
}

const words: Readonly<Record<CapacityChange, string>> = {
  better: 'carries more',
  worse: 'carries less',
  same: 'carries as much, as far as can be told',
  unclear: 'it cannot be told',
};

function sideOf({ run, sustainable, bound, limit, violation }: CapacityResult): Side {
  // A rate at which a promise is broken is none, and neither is what holds below it.
  const answer = violation === null ? sustainable : null;
  return {
    run,
    rate: answer?.rate ?? null,
    low: answer?.low ?? null,
    high: answer === null || bound === 'at-least' ? null : answer.high,
    bound,
    limit: limit?.what ?? null,
  };
}

function changeOf(a: Side, b: Side, tolerance: number): CapacityChange {
  if (a.rate === null && b.rate === null) return 'unclear';
  if (a.rate === null) return 'better';
  if (b.rate === null) return 'worse';
  const ratio = b.rate / a.rate;
  const near = ratio <= 1 + tolerance && ratio >= 1 / (1 + tolerance);
  // What breaks at a rate and what holds at that same rate do not overlap.
  if (a.high !== null && (b.low ?? 0) >= a.high && !near) return 'better';
  if (b.high !== null && (a.low ?? 0) >= b.high && !near) return 'worse';
  return a.high === null || b.high === null ? 'unclear' : 'same';
}

function rateOf({ rate, low, high }: Side): string {
  if (rate === null) return 'none';
  const text = Number(rate.toFixed(2));
  return high === null
    ? `at least ${text}/s`
    : `${text}/s (${Number((low ?? 0).toFixed(2))} to ${Number(high.toFixed(2))})`;
}

function commonRates(a: readonly CapacityStep[], b: readonly CapacityStep[]): CapacityComparison['rates'] {
  const rates = [...new Set(a.map(({ rate }) => rate))].filter((rate) =>
    b.some((step) => step.rate === rate),
  );
  return rates.sort((x, y) => x - y).map((rate) => ({ rate, a: medianAt(a, rate), b: medianAt(b, rate) }));
}

function medianAt(steps: readonly CapacityStep[], rate: number): number | null {
  const values = steps
    .flatMap((step) => (step.rate === rate && step.p95 !== null ? [step.p95] : []))
    .sort((x, y) => x - y);
  return values[Math.floor((values.length - 1) / 2)] ?? null;
}

function caveatsOf(a: CapacityResult, b: CapacityResult): string[] {
  const differ: [string, unknown, unknown][] = [
    ['SLO', a.slo, b.slo],
    ['load', a.slice, b.slice],
    ['target', a.target.kind, b.target.kind],
    ['k6', a.versions.k6, b.versions.k6],
    ['PostgreSQL', a.versions.postgresql, b.versions.postgresql],
    ['PostgREST', a.versions.postgrest, b.versions.postgrest],
  ];
  const caveats = differ.flatMap(([name, left, right]) =>
    JSON.stringify(left) === JSON.stringify(right)
      ? []
      : [`${name} differs: ${JSON.stringify(left)} and ${JSON.stringify(right)}`],
  );
  for (const { run, sustainable } of [a, b]) {
    if (sustainable && !sustainable.confirmed) caveats.push(`the rate of ${run} was not confirmed`);
  }
  return caveats;
}
