import type { CaseDefinition } from '../../contracts/explore-case.ts';
import { overlaps, parseRange } from '../../contracts/instant.ts';
import type { Outcome } from '../database/workbench.ts';
import type { Finding } from './judge.ts';

/** Whether more covers were assigned at once than the restaurant's rule allows; each booking counts once. */
export function capacityProblem(
  { max_covers }: CaseDefinition,
  { prepared, rows }: Pick<Outcome, 'prepared' | 'rows'>,
): Finding[] {
  if (max_covers === undefined) return [];
  const [ruled] = prepared.instance.restaurants;
  const parties = new Map(prepared.instance.bookings.map((booking) => [booking.id, booking.party_size]));
  const seated = rows.flatMap(({ table, row }) =>
    table === 'allocations' && row.restaurant_id === ruled?.id && row.resource_type === 'table'
      ? [{ booking: String(row.booking_id), window: parseRange(String(row.window)) }]
      : [],
  );
  for (const { window } of seated) {
    // The fullest moment is the begin of some window.
    const moment = { start: window.start, end: window.start + 1 };
    const present = new Set(
      seated.filter((each) => overlaps(each.window, moment)).map(({ booking }) => booking),
    );
    const covers = [...present].reduce((sum, booking) => sum + (parties.get(booking) ?? 0), 0);
    if (covers > max_covers) {
      return [
        {
          promise: 'capacity-rule',
          title: `${covers} covers are assigned at once, and the restaurant's rule allows ${max_covers}`,
          steps: [],
        },
      ];
    }
  }
  return [];
}
