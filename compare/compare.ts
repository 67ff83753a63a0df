import {
  type Change,
  COMPARISON_VERSION,
  type Comparison,
  type LatencyComparison,
  type Ratio,
} from '../contracts/comparison.ts';
import { ExitCode } from '../contracts/errors.ts';
import { distribution } from '../contracts/percentile.ts';
import { invariantIds, type Verdict } from '../contracts/verdict.ts';
import { medianLogRatio, ratioOf } from './latency-ratio.ts';
import type { Side } from './read-side.ts';

export interface CompareOptions {
  /** How much slower B may be, as a share: 0.1 is ten per cent. */
  tolerance: number;
  /** Standard deviation of the logarithm of a median latency from run to run, of the same thing. */
  noise: number;
}

/** What `run --baseline` takes; `compare` has options for them. */
export const usualLimits: CompareOptions = { tolerance: 0.1, noise: 0.06 };

/** Fewer calls have no median worth comparing. */
const ENOUGH = 40;

/** Compares run B with run A. Pure. */
export function compare(a: Side, b: Side, options: CompareOptions): Comparison {
  const compared = pairsOf(a, b);
  const overall = overallOf(compared, options);
  const verdicts = verdictsOf(a.verdict, b.verdict);
  const broken = verdicts.filter((each) => each.b === 'fail' && each.a !== 'fail').map(({ id }) => id);
  const slower = overall?.change === 'slower';
  return {
    v: COMPARISON_VERSION,
    runs: { a: sideOf(a), b: sideOf(b) },
    caveats: caveatsOf(a, b),
    verdicts,
    latencies: compared.map(({ row }) => row),
    overall,
    rates: [...a.rates].flatMap(([scenario, rate]) => {
      const other = b.rates.get(scenario);
      return other === undefined ? [] : [{ scenario, a: rate, b: other }];
    }),
    measurements: measurementsOf(a.verdict, b.verdict),
    waits: waitsOf(a, b),
    exit_code: broken.length > 0 ? ExitCode.fail : slower ? ExitCode.thresholds : ExitCode.pass,
    headline: headlineOf(broken, overall, options),
  };
}

interface Compared {
  row: LatencyComparison;
  log: { estimate: number; error: number };
}

function pairsOf(a: Side, b: Side): Compared[] {
  return a.groups.flatMap((one): Compared[] => {
    const other = b.groups.find(({ scenario, f }) => scenario === one.scenario && f === one.f);
    const [of, ofOther] = [distribution(one.durations), distribution(other?.durations ?? [])];
    if (!other || !of || !ofOther || Math.min(of.count, ofOther.count) < ENOUGH) return [];
    const log = medianLogRatio(one.durations, other.durations);
    const row = {
      scenario: one.scenario,
      f: one.f,
      calls: { a: of.count, b: ofOther.count },
      p50: { a: of.p50, b: ofOther.p50 },
      p95: { a: of.p95, b: ofOther.p95 },
      // Its own interval, without the noise between runs, which all rows share.
      ratio: ratioOf(log, 0),
    };
    return [{ row, log }];
  });
}

/** Assignments of all scenarios, each weighted by how well it is known (inverse variance), and the noise between runs once. */
function overallOf(
  compared: readonly Compared[],
  { tolerance, noise }: CompareOptions,
): Comparison['overall'] {
  const assigns = compared.filter(({ row }) => row.f === 'assign');
  if (assigns.length === 0) return null;
  let weight = 0;
  let sum = 0;
  for (const { log } of assigns) {
    const each = 1 / Math.max(log.error ** 2, 1e-4);
    weight += each;
    sum += each * log.estimate;
  }
  const ratio = ratioOf({ estimate: sum / weight, error: Math.sqrt(1 / weight) }, noise);
  return { ratio, change: changeOf(ratio, tolerance) };
}

function changeOf({ estimate, low, high }: Ratio, tolerance: number): Change {
  if (low > 1 && estimate > 1 + tolerance) return 'slower';
  if (high < 1 && estimate < 1 / (1 + tolerance)) return 'faster';
  return estimate <= 1 + tolerance && estimate >= 1 / (1 + tolerance) ? 'same' : 'unclear';
}

function verdictsOf(a: Verdict, b: Verdict): Comparison['verdicts'] {
  const of = (verdict: Verdict, id: string) =>
    verdict.invariants.find((each) => each.id === id)?.verdict ?? null;
  return invariantIds.flatMap((id) => {
    const row = { id, a: of(a, id), b: of(b, id) };
    return row.a === row.b ? [] : [row];
  });
}

function measurementsOf(a: Verdict, b: Verdict): Comparison['measurements'] {
  return a.measurements.flatMap(({ scenario, values }) => {
    const other = b.measurements.find((each) => each.scenario === scenario)?.values ?? {};
    return Object.entries(values).map(([name, value]) => ({
      scenario,
      name,
      a: value,
      b: other[name] ?? null,
    }));
  });
}

function waitsOf(a: Side, b: Side): Comparison['waits'] {
  const samples = ({ diagnosis }: Side, scenario: string): number | null =>
    diagnosis?.scenarios
      .find((each) => each.scenario === scenario)
      ?.waits.reduce((sum, wait) => sum + wait.samples, 0) ?? null;
  return [...a.rates.keys()]
    .map((scenario) => ({ scenario, a: samples(a, scenario), b: samples(b, scenario) }))
    .filter((row) => row.a !== null || row.b !== null);
}

function caveatsOf(a: Side, b: Side): string[] {
  const one = a.manifest;
  const other = b.manifest;
  const differ: [string, unknown, unknown][] = [
    ['profile', one.profile, other.profile],
    ['target', one.target.kind, other.target.kind],
    ['scenarios', one.scenarios.join(', '), other.scenarios.join(', ')],
    ['k6', one.versions.k6, other.versions.k6],
    ['PostgreSQL', one.versions.postgresql, other.versions.postgresql],
    ['PostgREST', one.versions.postgrest, other.versions.postgrest],
    ['number of load generators', one.load.runners, other.load.runners],
    ['place of the load generators', one.load.where, other.load.where],
    ['platform', one.harness.platform, other.harness.platform],
  ];
  return differ.flatMap(([name, left, right]) =>
    left === right ? [] : [`${name} differs: ${String(left)} and ${String(right)}`],
  );
}

function sideOf({ manifest, verdict }: Side): Comparison['runs']['a'] {
  return { run: manifest.run, verdict: verdict.verdict, functions: manifest.isolation?.fingerprint ?? null };
}

function headlineOf(
  broken: readonly string[],
  overall: Comparison['overall'],
  { tolerance }: CompareOptions,
): string {
  const speed =
    overall === null
      ? 'too few assignments to compare their latency'
      : `assignments take ${overall.ratio.estimate.toFixed(2)} times as long (95 % interval ${overall.ratio.low.toFixed(2)} to ${overall.ratio.high.toFixed(2)}): ${words[overall.change].replace('%', `${Math.round(tolerance * 100)} %`)}`;
  return broken.length > 0 ? `${broken.join(', ')} broken, which was kept before; ${speed}` : speed;
}

const words: Readonly<Record<Change, string>> = {
  slower: 'slower, by more than the tolerance of %',
  faster: 'faster, by more than the tolerance of %',
  same: 'the same within the tolerance of %',
  unclear: 'it cannot be told from noise: compare more or longer runs',
};
