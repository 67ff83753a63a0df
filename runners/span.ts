import { forEachLine } from '../history/lines.ts';

/** When a load generator was at work, on its own wall clock. */
export interface Span {
  /** ISO 8601; null when nothing is known of it. */
  from: string | null;
  until: string | null;
  /** Whether it came to its end. */
  ended: boolean;
  /** Calls that it recorded. */
  calls: number;
}

/** Reads it from a history file; one that is missing says nothing. */
export async function spanOf(file: string): Promise<Span> {
  let zero: number | null = null;
  let last = 0;
  let ended = false;
  let calls = 0;
  await forEachLine(file, (line) => {
    const { anchor, end, f, wall_ms, t1 } = parse(line);
    if (anchor === true && typeof wall_ms === 'number') zero = wall_ms;
    if (end === true) ended = true;
    if (typeof f === 'string') calls += 1;
    if (typeof t1 === 'number') last = Math.max(last, t1);
  }).catch(() => {
    // No file.
  });
  const iso = (ms: number): string => new Date(ms).toISOString();
  return zero === null
    ? { from: null, until: null, ended, calls }
    : { from: iso(zero), until: iso(zero + last / 1e6), ended, calls };
}

function parse(line: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return {};
  }
}
