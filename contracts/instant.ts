/**
 * Instants as whole microseconds since the epoch, PostgreSQL's own resolution; exact in a double until the year 2255.
 * Windows are half-open: `[start, end)`.
 */
export interface Window {
  start: number;
  end: number;
}

const pattern = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.(\d{1,6}))?\s*(Z|[+-]\d\d(?::?\d\d)?)$/;

/** A run names the same few instants again and again. */
const known = new Map<string, number>();
/** Entries after which the memory begins anew, so that it stays small whatever a run names. */
const REMEMBERED = 50_000;

/**
 * Reads ISO 8601 and PostgreSQL's text form, with an offset.
 *
 * @throws RangeError when it is neither
 */
export function parseInstant(text: string): number {
  const before = known.get(text);
  if (before !== undefined) return before;
  const instant = readInstant(text);
  if (known.size >= REMEMBERED) known.clear();
  known.set(text, instant);
  return instant;
}

function readInstant(text: string): number {
  if (text === 'infinity') return Number.POSITIVE_INFINITY;
  if (text === '-infinity') return Number.NEGATIVE_INFINITY;
  const match = pattern.exec(text);
  if (!match) throw new RangeError(`no instant: ${text}`);
  const [, date, time, fraction = '', zone = 'Z'] = match;
  const offset = zone === 'Z' ? 'Z' : `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`;
  return Date.parse(`${date}T${time}${offset}`) * 1000 + Number(fraction.padEnd(6, '0'));
}

/**
 * Reads a `tstzrange` of the form `["…","…")`, as `to_jsonb` shows it.
 *
 * @throws RangeError when it is none, or not half-open
 */
export function parseRange(text: string): Window {
  if (text === 'empty') return { start: 0, end: 0 };
  const match = /^([[(])"?([^",]*)"?,"?([^",]*)"?([\])])$/.exec(text);
  if (!match) throw new RangeError(`no range: ${text}`);
  const [, open, lower = '', upper = '', close] = match;
  const start = lower === '' ? Number.NEGATIVE_INFINITY : parseInstant(lower);
  const end = upper === '' ? Number.POSITIVE_INFINITY : parseInstant(upper);
  // A closed upper bound holds one more microsecond, an open lower bound one less.
  return { start: open === '(' ? start + 1 : start, end: close === ']' ? end + 1 : end };
}

export function overlaps(a: Window, b: Window): boolean {
  return a.start < b.end && b.start < a.end;
}

export function sameWindow(a: Window, b: Window): boolean {
  return a.start === b.start && a.end === b.end;
}

/** For people: `2026-11-24 18:30:00Z`, with as many digits as it has. */
export function formatInstant(instant: number): string {
  if (!Number.isFinite(instant)) return instant > 0 ? 'infinity' : '-infinity';
  const base = new Date(Math.floor(instant / 1000)).toISOString().replace('T', ' ');
  const micro = ((instant % 1000) + 1000) % 1000;
  return micro === 0 ? base.replace('.000Z', 'Z') : base.replace('Z', `${String(micro).padStart(3, '0')}Z`);
}

export function formatWindow(window: Window): string {
  return `[${formatInstant(window.start)}, ${formatInstant(window.end)})`;
}

/** Windows by the texts of their begin and end: a run has few, and names each thousands of times. */
const windows = new Map<string, Map<string, Window>>();
let remembered = 0;

/**
 * The window between two instants; the same object for the same texts, so it must not be changed.
 *
 * @throws RangeError when a text names no instant
 */
export function windowBetween(from: string, to: string): Window {
  const before = windows.get(from)?.get(to);
  if (before) return before;
  const window = { start: parseInstant(from), end: parseInstant(to) };
  if (remembered >= REMEMBERED) {
    windows.clear();
    remembered = 0;
  }
  remembered += 1;
  const byEnd = windows.get(from);
  if (byEnd) byEnd.set(to, window);
  else windows.set(from, new Map([[to, window]]));
  return window;
}

/** The window that two texts name, or null when they name none. */
export function windowFrom(start: string | null, end: string | null): Window | null {
  if (start === null || end === null) return null;
  try {
    return windowBetween(start, end);
  } catch {
    return null;
  }
}
