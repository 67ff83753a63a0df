import { shown, whenItRunsOut } from '../../capacity/forecast/words.ts';
import type { ForecastResult, Range } from '../../contracts/forecast-result.ts';

/** `120 (110 to 130)`; an end without a bound is `more`. */
export function rangeInWords({ value, low, high }: Range): string {
  if (low === value && high === value) return shown(value);
  return `${shown(value)} (${low === null ? 'less' : shown(low)} to ${high === null ? 'more' : shown(high)})`;
}

/** `1.4 × (1.2 to 1.6)`. */
export function factorInWords({ value, low, high }: Range): string {
  const two = (factor: number): string => factor.toFixed(factor < 10 ? 2 : 0);
  return `${two(value)} × (${low === null ? 'less' : two(low)} to ${high === null ? 'more' : two(high)})`;
}

export function runsOutInWords({ runs_out, profile, capacity, deciding }: ForecastResult): string {
  const { bound } = capacity;
  const words = whenItRunsOut({ runs_out, profile, capacity: { bound } });
  return `${deciding}: ${words}`;
}
