import type { CapacityReading } from '../../contracts/capacity-reading.ts';
import type { ForecastMonth, Gain, Range } from '../../contracts/forecast-result.ts';
import { monthsAfter } from './calendar.ts';
import { monthsUntil } from './run-out.ts';

/** A capacity, and where it comes from. */
export interface CapacitySource {
  source: string;
  reading: CapacityReading;
}

/** The sustainable rate with its interval; without an upper end where the search broke nothing. */
export function rangeOf({ sustainable, bound }: CapacityReading): Range | null {
  if (sustainable === null) return null;
  const { rate, low, high } = sustainable;
  return { value: rate, low, high: bound === 'at-least' ? null : high };
}

/** By its ends: the widest that both intervals allow. */
export function ratio(above: Range, below: Range): Range {
  const divide = (a: number | null, b: number | null): number | null =>
    a === null || b === null || b === 0 ? null : a / b;
  return {
    value: above.value / below.value,
    low: below.high === null ? null : divide(above.low, below.high),
    high: divide(above.high, below.low),
  };
}

/** Measured gains of capacities in which something was changed, the largest first; unknown ones last. */
export function rankGains(
  base: CapacitySource,
  others: readonly (CapacitySource & { label: string })[],
  months: readonly ForecastMonth[],
  launch: string,
): Gain[] {
  const own = rangeOf(base.reading);
  return others
    .map(({ label, source, reading }): Gain => {
      const rate = rangeOf(reading);
      const gain = own === null || rate === null ? null : ratio(rate, own);
      const changed = differences(base.reading.slice, reading.slice);
      const until = rate === null ? null : monthsUntil(months, rate.value);
      return {
        label,
        source,
        rate,
        gain,
        state: stateOf(gain),
        changed,
        runs_out: until === null ? null : monthsAfter(launch, until),
        note: noteOn(changed, base.reading.slice, reading.slice),
      };
    })
    .sort((a, b) => (b.gain?.value ?? -1) - (a.gain?.value ?? -1));
}

function stateOf(gain: Range | null): Gain['state'] {
  if (gain === null) return 'unknown';
  if (gain.low !== null && gain.low > 1) return 'gain';
  if (gain.high !== null && gain.high < 1) return 'loss';
  return 'no measurable gain';
}

function noteOn(
  changed: readonly string[],
  base: Record<string, unknown>,
  other: Record<string, unknown>,
): string | null {
  if (Object.keys(base).length === 0 || Object.keys(other).length === 0)
    return 'what was changed is not recorded';
  if (changed.length === 0) return 'both loads are the same; what was changed lies in the target';
  if (changed.length > 1) return 'more than one thing was changed, so the gain is that of all together';
  return null;
}

/** Fields of two records that differ, as `pool_size: 10 → 20`. */
function differences(one: Record<string, unknown>, other: Record<string, unknown>): string[] {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  const shown = (value: unknown): string => (value === undefined ? 'none' : JSON.stringify(value));
  return names
    .filter((name) => shown(one[name]) !== shown(other[name]))
    .map((name) => `${name}: ${shown(one[name])} → ${shown(other[name])}`);
}
