import type { WorldBuilder } from './builder.ts';
import { instantOf, localTime } from './time-zone.ts';
import type { Restaurant } from './world.ts';

const DAY = 86_400_000;

/** Three starts a day, far enough apart for windows of four hours, and from midnight and every change of the clocks. */
const startTimes = ['09:30:00', '14:00:00', '18:30:00'] as const;

/**
 * The start of the `index`th window of a restaurant, milliseconds since the epoch: three a day, from two days after the
 * plan's anchor on. Windows of different numbers never overlap.
 */
export function windowStart(builder: WorldBuilder, restaurant: Restaurant, index: number): number {
  const { timezone } = restaurant;
  const first = instantOf(localTime(builder.origin.anchor + 2 * DAY, timezone).date, '12:00:00', timezone);
  const day = localTime(first + Math.floor(index / startTimes.length) * DAY, timezone).date;
  return instantOf(day, startTimes[index % startTimes.length] ?? '18:30:00', timezone);
}
