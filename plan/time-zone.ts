/**
 * Local time of a restaurant, by the runtime's own time zone database. Runs in Node only: k6 has no Intl, and gets
 * windows that are worked out already.
 */

const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(timezone: string): Intl.DateTimeFormat {
  let format = formats.get(timezone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-GB', {
      timeZone: timezone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
    });
    formats.set(timezone, format);
  }
  return format;
}

/** Calendar date (`2026-03-29`) and time of day (`18:30:00`) at an instant, milliseconds since the epoch. */
export function localTime(instant: number, timezone: string): { date: string; time: string } {
  const parts = Object.fromEntries(
    formatOf(timezone)
      .formatToParts(instant)
      .map((part) => [part.type, part.value]),
  );
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}:${parts.second}`,
  };
}

/** Offset from UTC at an instant, milliseconds; east is positive. */
export function utcOffset(instant: number, timezone: string): number {
  const { date, time } = localTime(instant, timezone);
  return Date.parse(`${date}T${time}Z`) - Math.floor(instant / 1000) * 1000;
}

const DAY = 86_400_000;

/**
 * The next instant at which the zone's offset changes (daylight saving time), milliseconds since the epoch, exact to
 * the second; null when there is none within 400 days.
 */
export function nextTransition(after: number, timezone: string): number | null {
  const start = Math.floor(after / 1000) * 1000;
  for (let day = 0; day < 400; day += 1) {
    let before = start + day * DAY;
    let behind = before + DAY;
    if (utcOffset(before, timezone) === utcOffset(behind, timezone)) continue;
    while (behind - before > 1000) {
      const middle = Math.floor((before + behind) / 2000) * 1000;
      if (utcOffset(middle, timezone) === utcOffset(before, timezone)) before = middle;
      else behind = middle;
    }
    return behind;
  }
  return null;
}

/**
 * The instant of a local date and time of day, milliseconds since the epoch. For a local time that occurs twice, or
 * never, the result is one of its neighbours; plans keep clear of those hours.
 */
export function instantOf(date: string, time: string, timezone: string): number {
  const asUtc = Date.parse(`${date}T${time}Z`);
  const guess = asUtc - utcOffset(asUtc, timezone);
  return asUtc - utcOffset(guess, timezone);
}

const HOUR = 3_600_000;

/** Whether the local time at an instant occurs twice, because the clocks go back around it. */
export function isRepeated(instant: number, timezone: string): boolean {
  const local = instant + utcOffset(instant, timezone);
  const offsets = [utcOffset(instant - 6 * HOUR, timezone), utcOffset(instant + 6 * HOUR, timezone)];
  return offsets.some((offset) => {
    const other = local - offset;
    return other !== instant && utcOffset(other, timezone) === offset;
  });
}

/**
 * Fits a window to what a booking can say by one date and two local times. It is cut so that it does not cross local
 * midnight, because an application need not know bookings that end on the next day, and widened so that both ends have
 * one meaning only.
 */
export function bookableWindow(start: number, end: number, timezone: string): { start: number; end: number } {
  let from = start;
  while (isRepeated(from, timezone)) from -= HOUR;
  let to = end;
  while (isRepeated(to, timezone)) to += HOUR;
  const { date } = localTime(from, timezone);
  if (localTime(to, timezone).date === date) return { start: from, end: to };
  const lastMinute = instantOf(date, '23:59:00', timezone);
  return { start: Math.min(from, lastMinute - HOUR), end: lastMinute };
}
