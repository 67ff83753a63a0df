/** How many times its floor the latency is at the knee. */
const FACTOR = 2;

export interface Knee {
  rate: number;
  /** Lowest 95th percentile of all steps, milliseconds. */
  floor_ms: number;
  method: string;
}

/**
 * Where latency leaves its floor: the rate at which the 95th percentile passes twice the lowest one that was measured,
 * interpolated on logarithmic axes between the two steps around it. In a queue with one server and exponential service
 * that is half of the capacity (Jain 1991, section 31.2, response time 1/(μ - λ)); the nearer the service is to constant,
 * the nearer the knee is to the capacity. Never beyond what was measured.
 *
 * @returns null where latency stayed near its floor, or with fewer than three rates
 */
export function findKnee(steps: readonly { rate: number; p95: number | null }[]): Knee | null {
  const byRate = new Map<number, number[]>();
  for (const { rate, p95 } of steps) if (p95 !== null) byRate.set(rate, [...(byRate.get(rate) ?? []), p95]);
  const points = [...byRate]
    .map(([rate, values]) => ({ rate, p95: median(values) }))
    .sort((a, b) => a.rate - b.rate);
  if (points.length < 3) return null;
  const floor = Math.min(...points.map(({ p95 }) => p95));
  const limit = floor * FACTOR;
  // The last crossing: a single slow step at a low rate is noise.
  const below = points.findLastIndex(({ p95 }) => p95 <= limit);
  const [from, to] = [points[below], points[below + 1]];
  if (!from || !to) return null;
  const share = Math.log(limit / from.p95) / Math.log(to.p95 / from.p95);
  return {
    rate: Number((from.rate * (to.rate / from.rate) ** share).toPrecision(4)),
    floor_ms: floor,
    method: `where the 95th percentile passes ${FACTOR} times its floor`,
  };
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
}
