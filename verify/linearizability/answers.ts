import { sameWindow, type Window, windowFrom } from '../../contracts/instant.ts';
import type { AssignOperation, UnassignOperation } from '../../history/operation.ts';

/** The one window that all rows name. */
export function answeredWindow({ value }: AssignOperation): Window | null {
  const [first, ...others] = Array.isArray(value) ? value : [];
  const window = first ? windowFrom(first.start_at, first.end_at) : null;
  if (!window || others.length === 0) return window;
  const same = others.every(({ start_at, end_at }) => {
    const other = windowFrom(start_at, end_at);
    return other !== null && sameWindow(window, other);
  });
  return same ? window : null;
}

/** Null where the answer cannot be read. */
export function answeredTables({ value }: UnassignOperation): ReadonlySet<string> | null {
  if (!Array.isArray(value) || value.includes(null)) return null;
  return new Set(value.filter((id) => id !== null));
}
