import { tableStatuses } from '../contracts/status-matrix.ts';
import { nextTransition, utcOffset } from '../plan/time-zone.ts';
import type { TableStatus } from '../plan/world.ts';
import { allocated, type CaseAllocation, maintained, type StatusCase, statusCase } from './case.ts';
import { planCases } from './cases.ts';
import { HOUR } from './situation.ts';

/** A case through which the virtual clock is stepped. */
export interface Walk {
  case: StatusCase;
  /** The case's own moment, microseconds since the epoch. */
  base: number;
  /** The previous status that the earlier allocation is to bring about; null: whatever the step before stored. */
  previous: TableStatus | null;
  /** When the status is refreshed and looked at, microseconds from the base, in order. */
  steps: number[];
}

/** What is over long before each case, so that a refresh in it stores the previous status as it does in real life. */
const EARLIER = { from: -8000 * HOUR, to: -7999 * HOUR };
/** None of the case's own. */
const EARLIER_PARTY = 99;
/** When that refresh is, microseconds from the base. */
export const EARLIER_STEP = (EARLIER.from + EARLIER.to) / 2;

/** Zones whose clocks change, in one of them by half an hour. */
const changing = ['Europe/London', 'America/Los_Angeles', 'Australia/Lord_Howe'] as const;

/**
 * Every case with every previous status, and windows whose boundaries lie where the clocks change. Pure.
 *
 * @param anchor about now, milliseconds since the epoch; the virtual clock is set to moments around and after it
 */
export function planWalks(anchor: number): Walk[] {
  const day = 24 * 3_600_000;
  const noon = Math.floor(anchor / day) * day + day / 2;
  const cases = planCases(noon).flatMap((one) =>
    tableStatuses.map((previous): Walk => {
      const earlier = bringAbout(previous);
      return { case: { ...one, earlier }, base: noon * 1000, previous, steps: [0] };
    }),
  );
  return [...cases, ...changing.flatMap((timezone) => clockChanges(timezone, anchor))];
}

function bringAbout(previous: TableStatus): CaseAllocation[] {
  const { from, to } = EARLIER;
  if (previous === 'reserved') return [allocated(from, to, 'pending', { party: EARLIER_PARTY })];
  if (previous === 'occupied') return [allocated(from, to, 'checked_in', { party: EARLIER_PARTY })];
  return previous === 'out_of_service' ? [maintained(from, to)] : [];
}

/** The next two changes of a zone: an ordinary window, guests and maintenance, one after the other. */
function clockChanges(timezone: string, anchor: number): Walk[] {
  const walks: Walk[] = [];
  let from = anchor;
  for (let count = 0; count < 2; count += 1) {
    const change = nextTransition(from, timezone);
    if (change === null) break;
    from = change;
    const forward = utcOffset(change, timezone) > utcOffset(change - 1000, timezone);
    const direction = forward ? 'forward' : 'back';
    const name = timezone.split('/').at(-1)?.toLowerCase().replace('_', '-');
    walks.push({
      case: statusCase(
        'change of the clocks',
        `clocks-${direction}-${name}`,
        `a window until the clocks go ${direction} in ${timezone}, guests for an hour, then maintenance`,
        [allocated(-HOUR, 0), allocated(0, HOUR, 'checked_in'), maintained(HOUR, 2 * HOUR)],
        { timezone },
      ),
      base: change * 1000,
      previous: null,
      steps: [-HOUR, 0, HOUR, 2 * HOUR].flatMap((boundary) => [boundary - 1, boundary, boundary + 1]),
    });
  }
  return walks;
}
