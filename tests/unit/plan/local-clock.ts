/**
 * A second opinion on local time, for tests: by the offsets that the runtime prints, and by trying every offset that is
 * in force around a day, as PostgreSQL's `AT TIME ZONE` must.
 */

const HOUR = 3_600_000;
const formats = new Map<string, Intl.DateTimeFormat>();
const offsets = new Map<string, number>();

/** Offset from UTC that is in force, milliseconds. */
export function offsetAt(instant: number, timezone: string): number {
  const key = `${timezone}${Math.floor(instant / 60_000)}`;
  let offset = offsets.get(key);
  if (offset === undefined) {
    const format =
      formats.get(timezone) ??
      new Intl.DateTimeFormat('en-US', { timeZone: timezone, timeZoneName: 'longOffset' });
    formats.set(timezone, format);
    const name = format.formatToParts(instant).find((part) => part.type === 'timeZoneName')?.value ?? '';
    const match = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name);
    if (!match) throw new Error(`${timezone}: no offset in ${name}`);
    const [, sign, hours = '0', minutes = '0'] = match;
    offset = (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * 60_000);
    offsets.set(key, offset);
  }
  return offset;
}

/** Every instant at which clocks of the zone show this: none, one, or two. */
export function instantsOf(date: string, time: string, timezone: string): number[] {
  const shown = Date.parse(`${date}T${time}Z`);
  const candidates = new Set([-26, 0, 26].map((hours) => shown - offsetAt(shown + hours * HOUR, timezone)));
  return [...candidates].filter((instant) => instant + offsetAt(instant, timezone) === shown);
}
