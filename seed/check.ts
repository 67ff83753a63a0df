import { TargetError } from '../contracts/errors.ts';
import { idRange } from '../plan/identity.ts';
import type { Plan } from '../plan/plan.ts';
import type { StressClient } from '../target/supabase-client.ts';

const PAGE = 1000;

/**
 * Reads the seeded bookings back and compares the windows that the application derived with the planned ones. Everything
 * that is judged later rests on them.
 *
 * @throws TargetError that names the first booking with another window: time zone or daylight saving handled wrongly
 */
export async function checkWindows(client: StressClient, plan: Plan): Promise<number> {
  const planned = new Map(plan.world.bookings.map((booking) => [booking.id, booking]));
  const { from, to } = idRange(plan.tag);
  let seen = 0;
  for (let offset = 0; ; ) {
    const { data, error } = await client
      .from('bookings')
      .select('id,start_at,end_at')
      .gte('id', from)
      .lte('id', to)
      .order('id')
      .range(offset, offset + PAGE - 1);
    if (error)
      throw new TargetError(
        `seed: bookings cannot be read back (${error.code || 'no code'}: ${error.message})`,
      );
    for (const row of data as { id: string; start_at: string; end_at: string }[]) {
      const expected = planned.get(row.id);
      if (!expected) continue;
      seen += 1;
      const same =
        Date.parse(row.start_at) === Date.parse(expected.start_at) &&
        Date.parse(row.end_at) === Date.parse(expected.end_at);
      if (!same) {
        throw new TargetError(
          `seed: booking ${row.id} on ${expected.booking_date} from ${expected.start_time} to ${expected.end_time} local time has the window ${row.start_at} to ${row.end_at}, not ${expected.start_at} to ${expected.end_at}`,
          ["the application derives windows wrongly; look at its trigger and the restaurant's time zone"],
        );
      }
    }
    // A server may give fewer rows than were asked for (max-rows), so only an empty page is the end.
    if (data.length === 0) break;
    offset += data.length;
  }
  if (seen !== planned.size) {
    throw new TargetError(`seed: ${seen} of ${planned.size} bookings can be read back`);
  }
  return seen;
}
