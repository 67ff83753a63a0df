import type { ForecastMonth, Range, RunsOut } from '../../contracts/forecast-result.ts';
import { monthsAfter } from './calendar.ts';

/**
 * When demand passes a capacity: the first month in which more is required, between two months by a straight line.
 *
 * @returns months after the launch; 0 when it does so from the beginning, null when not within the horizon
 */
export function monthsUntil(months: readonly ForecastMonth[], rate: number): number | null {
  const place = months.findIndex(({ required }) => required > rate);
  if (place === -1) return null;
  const [before, after] = [months[place - 1], months[place]];
  if (!before || !after) return 0;
  return before.month + (rate - before.required) / (after.required - before.required);
}

/**
 * When the headroom runs out, with the earliest and the latest that the capacity's interval allows.
 *
 * @param capacity null: none was found; an upper end that is null is not bounded
 * @param headroom capacity by what is required at the launch
 */
export function runsOut(
  months: readonly ForecastMonth[],
  launch: string,
  capacity: Range | null,
  headroom: Range | null,
): RunsOut {
  if (capacity === null) return { state: 'unknown', date: null, earliest: null, latest: null, factor: null };
  const dateAt = (rate: number | null): string | null => {
    const after = rate === null ? null : monthsUntil(months, rate);
    return after === null ? null : monthsAfter(launch, after);
  };
  const after = monthsUntil(months, capacity.value);
  return {
    state: after === null ? 'beyond the horizon' : after === 0 ? 'already' : 'within the horizon',
    date: dateAt(capacity.value),
    earliest: dateAt(capacity.low),
    latest: dateAt(capacity.high),
    factor: headroom,
  };
}
