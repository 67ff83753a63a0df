import type { VariantName } from '../contracts/status-matrix.ts';
import type { Behaviour } from './behaviour.ts';

/** A known way of being wrong. Two deviations go together unless they turn the same switch. */
export interface Deviation {
  name: Exclude<VariantName, 'correct'>;
  change: Partial<Behaviour>;
}

/**
 * The known wrong variants. Some have several forms, which go by one name: what differs is how far the mistake goes, or
 * into which direction.
 */
export const deviations: readonly Deviation[] = [
  { name: 'legacy', change: { lower: 'ignored' } },
  { name: 'sticky-out-of-service', change: { outOfService: 'always' } },
  { name: 'sticky-out-of-service', change: { outOfService: 'while free' } },
  { name: 'sticky-occupied', change: { occupied: 'while reserved' } },
  { name: 'sticky-occupied', change: { occupied: 'always' } },
  { name: 'closed-upper-bound', change: { upper: 'closed' } },
  { name: 'shifted-by-utc-offset', change: { shift: 1 } },
  { name: 'shifted-by-utc-offset', change: { shift: -1 } },
  { name: 'counts-shadows', change: { shadows: 'counted' } },
  { name: 'counts-cancelled', change: { cancelled: 'counted' } },
  { name: 'never-refreshed', change: { writes: false } },
  { name: 'open-lower-bound', change: { lower: 'open' } },
  { name: 'forgets-by-hand', change: { outOfService: 'never' } },
  { name: 'ignores-maintenance', change: { maintenance: 'ignored' } },
  { name: 'ignores-check-in', change: { checkIn: 'ignored' } },
];

/** What each variant does, for people: `the deployed refresh_table_status …`. */
export const whatVariantsDo: Readonly<Record<VariantName, string>> = {
  correct: 'follows the rule',
  legacy: 'counts a window from the moment of booking, not from its start',
  'sticky-out-of-service': 'leaves a table out of service when its maintenance is over',
  'sticky-occupied': 'leaves a table occupied when its guests’ window is over',
  'closed-upper-bound': 'counts a window at the very instant of its end',
  'shifted-by-utc-offset': 'takes local times for UTC, or the other way round',
  'counts-shadows': 'counts shadow allocations',
  'counts-cancelled': 'counts the allocations of cancelled bookings',
  'never-refreshed': 'never changes the stored status',
  'open-lower-bound': 'does not count a window at the very instant of its start',
  'forgets-by-hand': 'puts a table back into service that staff took out of it by hand',
  'ignores-maintenance': 'takes maintenance for an ordinary allocation',
  'ignores-check-in': 'does not see that guests have checked in',
};

/** The deviations that turn different switches, in all sets of that size, in the order of the list. */
export function* combinations(size: number, from = 0): Generator<readonly Deviation[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (let index = from; index <= deviations.length - size; index += 1) {
    const first = deviations[index] as Deviation;
    for (const rest of combinations(size - 1, index + 1)) {
      if (rest.every((other) => !sameSwitch(first, other))) yield [first, ...rest];
    }
  }
}

function sameSwitch(one: Deviation, other: Deviation): boolean {
  const keys = Object.keys(one.change);
  return Object.keys(other.change).some((key) => keys.includes(key));
}
