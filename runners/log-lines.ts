/** What a line of a load generator's log is to those who look for records. */
export type LogLine =
  | { kind: 'record'; record: Record<string, unknown>; text: string }
  /** It begins like a record and is none: cut off, or run together with another line. */
  | { kind: 'damaged' }
  /** The load generator's or the platform's own words. */
  | { kind: 'other' };

/** How every record, anchor, end and summary begins. */
const BEGIN = '{"v":';

/**
 * Finds the record in a line of a log. What collects logs may put a time or a name before it (`kubectl logs --timestamps`,
 * `--prefix`), which is left out.
 */
export function readLogLine(line: string): LogLine {
  const begin = line.indexOf(BEGIN);
  if (begin === -1) return { kind: 'other' };
  const text = line.slice(begin).trimEnd();
  try {
    return { kind: 'record', record: JSON.parse(text) as Record<string, unknown>, text };
  } catch {
    return { kind: 'damaged' };
  }
}
