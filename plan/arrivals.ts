/** A part of a service: the rate changes evenly from the end of the part before to `rate_per_s`. */
export interface Stage {
  rate_per_s: number;
  duration_s: number;
}

/** A dinner service: it starts quietly, rises to its peak, stays there, and calms down. */
export function serviceStages(settings: { rate_per_s: number; peak_factor: number; duration_s: number }): {
  start_rate_per_s: number;
  stages: Stage[];
} {
  const { rate_per_s, duration_s } = settings;
  const peak = rate_per_s * settings.peak_factor;
  const part = (share: number, rate: number): Stage => ({ rate_per_s: rate, duration_s: duration_s * share });
  return {
    start_rate_per_s: rate_per_s,
    stages: [part(0.25, rate_per_s), part(0.15, peak), part(0.35, peak), part(0.25, rate_per_s)],
  };
}

/**
 * When each arrival is due, milliseconds after the start: the `n`th when the integral of the rate reaches `n`, which is
 * how k6's arrival-rate executors place their iterations.
 */
export function arrivalTimes(startRate: number, stages: readonly Stage[]): number[] {
  const times: number[] = [];
  let before = 0;
  let begin = 0;
  let from = startRate;
  for (const { rate_per_s: to, duration_s } of stages) {
    const total = ((from + to) / 2) * duration_s;
    for (let due = times.length + 1 - before; due <= total + 1e-9; due = times.length + 1 - before) {
      times.push((begin + timeOf(due, from, (to - from) / duration_s)) * 1000);
    }
    before += total;
    begin += duration_s;
    from = to;
  }
  return times;
}

/** Solves `from · t + slope · t² / 2 = due` for the seconds t. */
function timeOf(due: number, from: number, slope: number): number {
  if (Math.abs(slope) < 1e-12) return due / from;
  return (Math.sqrt(from * from + 2 * slope * due) - from) / slope;
}
