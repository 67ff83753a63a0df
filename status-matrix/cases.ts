import { utcOffset } from '../plan/time-zone.ts';
import { allocated, type CaseAllocation, maintained, type StatusCase, statusCase } from './case.ts';
import { HOUR, MINUTE } from './situation.ts';

/** Restaurants east, west and nearly at UTC, one of them with an offset that is no whole hour, one beyond half a day. */
export const timezones = [
  'Asia/Kathmandu',
  'America/Los_Angeles',
  'Pacific/Kiritimati',
  'Europe/London',
] as const;

/**
 * The cases of the matrix, each to be tried with every previous status. Pure: the same moment gives the same cases.
 *
 * @param moment about when they are tried, milliseconds since the epoch; only the zones' offsets depend on it
 */
export function planCases(moment: number): StatusCase[] {
  return [
    statusCase('no allocation', 'nothing', 'no allocation', []),
    ...oneWindow(),
    ...starts(),
    ...ends(),
    ...severalWindows(),
    ...overlaps(),
    ...shadows(),
    ...maintenance(),
    ...checkedIn(),
    ...cancelled(),
    ...mergeGroups(),
    ...timezones.flatMap((timezone) => inZone(timezone, moment)),
  ];
}

function oneWindow(): StatusCase[] {
  const one = (id: string, title: string, allocation: CaseAllocation): StatusCase =>
    statusCase('one window', id, title, [allocation]);
  return [
    one('ended', 'a window that ended an hour ago', allocated(-3 * HOUR, -HOUR)),
    one('under-way', 'a window under way', allocated(-HOUR, HOUR)),
    one('to-come', 'a window that begins in an hour', allocated(HOUR, 3 * HOUR)),
    one('tomorrow', 'a window that begins in a day', allocated(24 * HOUR, 26 * HOUR)),
    one('confirmed', 'a window under way of a confirmed booking', allocated(-HOUR, HOUR, 'confirmed')),
  ];
}

function starts(): StatusCase[] {
  const start = (id: string, title: string, at: number): StatusCase =>
    statusCase('start of a window', id, title, [allocated(at, at + 2 * HOUR)]);
  return [
    start('microsecond-before-start', 'a window that begins in one microsecond', 1),
    start('at-start', 'a window that begins at this very instant', 0),
    start('microsecond-after-start', 'a window that began one microsecond ago', -1),
  ];
}

function ends(): StatusCase[] {
  const end = (id: string, title: string, at: number): StatusCase =>
    statusCase('end of a window', id, title, [allocated(at - 2 * HOUR, at)]);
  return [
    end('microsecond-before-end', 'a window that ends in one microsecond', 1),
    end('at-end', 'a window that ends at this very instant', 0),
    end('microsecond-after-end', 'a window that ended one microsecond ago', -1),
    statusCase('end of a window', 'one-microsecond', 'a window of one microsecond, which is now', [
      allocated(0, 1),
    ]),
  ];
}

function severalWindows(): StatusCase[] {
  const several = (id: string, title: string, allocations: CaseAllocation[]): StatusCase =>
    statusCase('several windows', id, title, allocations);
  return [
    several('adjacent', 'a window that ends now, and another that begins now', [
      allocated(-2 * HOUR, 0),
      allocated(0, 2 * HOUR),
    ]),
    several('adjacent-after-guests', 'a checked-in window that ends now, and another that begins now', [
      allocated(-2 * HOUR, 0, 'checked_in'),
      allocated(0, 2 * HOUR),
    ]),
    several('adjacent-before-guests', 'a window that ends now, and a checked-in one that begins now', [
      allocated(-2 * HOUR, 0),
      allocated(0, 2 * HOUR, 'checked_in'),
    ]),
    several('after-guests', 'a checked-in window that ended an hour ago, and another under way', [
      allocated(-3 * HOUR, -HOUR, 'checked_in'),
      allocated(-30 * MINUTE, HOUR),
    ]),
    several('between', 'a window that ended an hour ago, and another that begins in an hour', [
      allocated(-3 * HOUR, -HOUR),
      allocated(HOUR, 3 * HOUR),
    ]),
    several('adjacent-to-come', 'two windows to come, the second begins when the first ends', [
      allocated(HOUR, 2 * HOUR),
      allocated(2 * HOUR, 3 * HOUR),
    ]),
  ];
}

function overlaps(): StatusCase[] {
  const overlap = (id: string, title: string, allocations: CaseAllocation[]): StatusCase =>
    statusCase('overlapping windows', id, title, allocations, { overlapping: true });
  return [
    overlap('overlapping', 'two windows under way that overlap', [
      allocated(-2 * HOUR, HOUR),
      allocated(-HOUR, 2 * HOUR),
    ]),
    overlap('overlapping-guests', 'two windows under way that overlap, the second checked in', [
      allocated(-2 * HOUR, HOUR),
      allocated(-HOUR, 2 * HOUR, 'checked_in'),
    ]),
    overlap('overlapping-until-now', 'a checked-in window that ends now, within another under way', [
      allocated(-HOUR, 0, 'checked_in'),
      allocated(-2 * HOUR, 2 * HOUR),
    ]),
    overlap('maintenance-over-guests', 'maintenance while guests are at the table', [
      maintained(-HOUR, HOUR),
      allocated(-2 * HOUR, 2 * HOUR, 'checked_in'),
    ]),
  ];
}

function shadows(): StatusCase[] {
  const shadow = (id: string, title: string, allocations: CaseAllocation[]): StatusCase =>
    statusCase('shadow', id, title, allocations);
  return [
    shadow('shadow', 'a shadow under way', [allocated(-HOUR, HOUR, 'pending', { shadow: true })]),
    shadow('shadow-of-guests', 'a shadow of checked-in guests beside a window under way', [
      allocated(-HOUR, HOUR, 'checked_in', { shadow: true }),
      allocated(-HOUR, HOUR),
    ]),
    shadow('shadow-of-maintenance', 'a shadow of maintenance under way', [maintained(-HOUR, HOUR, true)]),
    shadow('shadow-over-window', 'a shadow that overlaps a window to come', [
      allocated(-HOUR, 2 * HOUR, 'pending', { shadow: true }),
      allocated(HOUR, 3 * HOUR),
    ]),
  ];
}

function maintenance(): StatusCase[] {
  const maintain = (id: string, title: string, allocations: CaseAllocation[]): StatusCase =>
    statusCase('maintenance', id, title, allocations);
  return [
    maintain('maintenance', 'maintenance under way', [maintained(-HOUR, HOUR)]),
    maintain('maintenance-ended', 'maintenance that ended an hour ago', [maintained(-3 * HOUR, -HOUR)]),
    maintain('maintenance-to-come', 'maintenance that begins in an hour', [maintained(HOUR, 3 * HOUR)]),
    maintain('maintenance-at-start', 'maintenance that begins at this very instant', [
      maintained(0, 2 * HOUR),
    ]),
    maintain('maintenance-at-end', 'maintenance that ends at this very instant', [maintained(-2 * HOUR, 0)]),
    maintain('window-after-maintenance', 'maintenance that ended an hour ago, and a window under way', [
      maintained(-3 * HOUR, -HOUR),
      allocated(-30 * MINUTE, HOUR),
    ]),
    maintain(
      'guests-after-maintenance',
      'maintenance that ends now, and a checked-in window that begins now',
      [maintained(-2 * HOUR, 0), allocated(0, 2 * HOUR, 'checked_in')],
    ),
  ];
}

function checkedIn(): StatusCase[] {
  const guests = (id: string, title: string, from: number, to: number): StatusCase =>
    statusCase('checked in', id, title, [allocated(from, to, 'checked_in')]);
  return [
    guests('guests', 'a checked-in window under way', -HOUR, HOUR),
    guests('guests-ended', 'a checked-in window that ended an hour ago', -3 * HOUR, -HOUR),
    guests(
      'guests-too-early',
      'a window that begins in an hour, of guests who have checked in',
      HOUR,
      3 * HOUR,
    ),
    guests('guests-at-start', 'a checked-in window that begins at this very instant', 0, 2 * HOUR),
    guests('guests-at-end', 'a checked-in window that ends at this very instant', -2 * HOUR, 0),
  ];
}

function cancelled(): StatusCase[] {
  const cancel = (id: string, title: string, from: number, to: number): StatusCase =>
    statusCase('cancelled', id, title, [allocated(from, to, 'cancelled')]);
  return [
    cancel('cancelled', 'a window under way whose booking was cancelled', -HOUR, HOUR),
    cancel('cancelled-to-come', 'a window to come whose booking was cancelled', HOUR, 3 * HOUR),
  ];
}

/** A set of two tables: the group's own allocation, and one for each of the tables. */
function mergeGroups(): StatusCase[] {
  const group = (id: string, title: string, from: number, to: number, guests = false): StatusCase => {
    const booking = guests ? 'checked_in' : 'pending';
    return statusCase(
      'merge group',
      id,
      title,
      (['merge_group', 'table', 'other_table'] as const).map((resource) =>
        allocated(from, to, booking, { resource, party: 0 }),
      ),
    );
  };
  return [
    group('merge-group', 'a merged set under way', -HOUR, HOUR),
    group('merge-group-guests', 'a merged set under way, checked in', -HOUR, HOUR, true),
    group('merge-group-ended', 'a merged set whose window ended an hour ago', -3 * HOUR, -HOUR),
    statusCase('merge group', 'merge-group-of-others', 'a merged set under way of other tables', [
      allocated(-HOUR, HOUR, 'pending', { resource: 'merge_group', party: 0 }),
      allocated(-HOUR, HOUR, 'pending', { resource: 'other_table', party: 0 }),
    ]),
  ];
}

/** Windows that only contain the moment if local time is taken for UTC, or the other way round. */
function inZone(timezone: string, moment: number): StatusCase[] {
  const offset = utcOffset(moment, timezone) * 1000;
  const name = timezone.split('/').at(-1)?.toLowerCase().replace('_', '-');
  const half = 30 * MINUTE;
  const zoned = (id: string, title: string, from: number, to: number): StatusCase =>
    statusCase('time zones', `${id}-${name}`, `${title}, in ${timezone}`, [allocated(from, to)], {
      timezone,
    });
  return [
    zoned('under-way', 'a window under way', -half, half),
    zoned('ahead', 'a window that is ahead of now by the offset from UTC', offset - half, offset + half),
    zoned('behind', 'a window that is behind now by the offset from UTC', -offset - half, -offset + half),
    zoned('since-last-year', 'a window since before the clocks changed', -HOUR * 24 * 300, HOUR),
  ];
}
