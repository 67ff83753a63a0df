import { MESSAGE_PREFIX } from '../instrument/yield-function.ts';

/** What a session says when it comes to a yield point. */
export interface YieldMessage {
  /** Counts the yields of the session's slot, from 1, over all its calls. */
  readonly number: number;
  readonly point: number;
  /** Pending statistics of the counted relations, in their order. */
  readonly counters: readonly number[];
}

/** Reads the message of the yield function; null for any other message. */
export function parseYieldMessage(text: string): YieldMessage | null {
  if (!text.startsWith(`${MESSAGE_PREFIX} `)) return null;
  const [number = Number.NaN, point = Number.NaN, ...counters] = text
    .slice(MESSAGE_PREFIX.length + 1)
    .split(' ')
    .map(Number);
  return Number.isInteger(number) && Number.isInteger(point) ? { number, point, counters } : null;
}
