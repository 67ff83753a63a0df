/** Numbers and times in words for people. */

export function formatCount(count: number): string {
  return count.toLocaleString('en-US');
}

/** `1 call`, `2,381 calls`. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Milliseconds with three significant digits, in the unit that suits: `840 µs`, `12.3 ms`, `4.1 s`, `12 min 5 s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0 ms';
  if (ms < 1) return `${Math.round(ms * 1000)} µs`;
  if (ms < 1000) return `${significant(ms)} ms`;
  if (ms < 60_000) return `${significant(ms / 1000)} s`;
  const seconds = Math.round(ms / 1000);
  return `${formatCount(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}

function significant(value: number): string {
  return String(Number(value.toPrecision(3)));
}

/** Seconds on a runner's clock, to the microsecond. */
export function formatClock(nanoseconds: number): string {
  return `${(nanoseconds / 1e9).toFixed(6)} s`;
}

/** `2026-11-22 18:22:09.837 UTC`; a text that is no instant stays as it is. */
export function formatWallTime(time: number | string): string {
  const date = new Date(time);
  return Number.isNaN(date.getTime())
    ? String(time)
    : date.toISOString().replace('T', ' ').replace('.000Z', ' UTC').replace('Z', ' UTC');
}

/** At most `length` characters, with an ellipsis where it was cut. */
export function clip(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 1)}…` : text;
}
