import { forEachLine } from './lines.ts';
import type { ClockAnchor } from './operation.ts';
import { clockAnchorSchema } from './schema.ts';

/** The anchor of a history file's clock; null when it has none, or cannot be read. */
export async function readAnchor(file: string): Promise<ClockAnchor | null> {
  let anchor: ClockAnchor | null = null;
  const found = new Error();
  await forEachLine(file, (line) => {
    if (!line.includes('"anchor"')) return;
    const parsed = clockAnchorSchema.safeParse(parse(line));
    if (!parsed.success) return;
    anchor = parsed.data;
    throw found;
  }).catch(() => {
    // Found, or not to be read.
  });
  return anchor;
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
