import { distribution } from '../../contracts/percentile.ts';
import type { Measurement } from '../../contracts/verdict.ts';
import type { RunData } from '../run-data.ts';

/** Fewer calls in a quarter say nothing of a tail. */
const ENOUGH = 20;

/**
 * Whether assignments became slower while the same tables were taken and given back again and again: the first and the
 * last quarter of the soak, by time.
 *
 * @returns null without a soak, or with one that is too short to tell
 */
export function measureDrift({ history }: RunData): Measurement | null {
  const calls = history.operations.filter(({ scenario, f }) => scenario === 'soak' && f === 'assign');
  const first = calls[0]?.t0 ?? 0;
  const last = calls.reduce((latest, { t0 }) => Math.max(latest, t0), first);
  const quarter = (last - first) / 4;
  const early = calls.filter(({ t0 }) => t0 <= first + quarter);
  const late = calls.filter(({ t0 }) => t0 >= last - quarter);
  if (early.length < ENOUGH || late.length < ENOUGH) return null;
  const [before, after] = [early, late].map((own) => distribution(own.map(({ t0, t1 }) => (t1 - t0) / 1e6)));
  if (!before || !after) return null;
  return {
    scenario: 'soak',
    sentence: `95 % of the assignments took at most ${before.p95.toFixed(1)} ms in the first quarter, and ${after.p95.toFixed(1)} ms in the last`,
    values: {
      assign_first_quarter_p50_ms: before.p50,
      assign_first_quarter_p95_ms: before.p95,
      assign_last_quarter_p50_ms: after.p50,
      assign_last_quarter_p95_ms: after.p95,
    },
  };
}
