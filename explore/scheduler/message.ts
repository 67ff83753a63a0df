import { MESSAGE_PREFIX } from '../instrument/yield-function.ts';

/** Values of those relations that were touched at all, by their place among the counted ones. */
export type Counters = ReadonlyMap<number, readonly number[]>;

/** What a session says when it comes to a yield point. */
export interface YieldMessage {
  /** Counts the yields of the session's slot, from 1, over all its calls. */
  readonly number: number;
  readonly point: number;
  /** Pending statistics of the counted relations. */
  readonly counters: Counters;
}

/** Reads the message of the yield function; null for any other message. */
export function parseYieldMessage(text: string): YieldMessage | null {
  if (!text.startsWith(`${MESSAGE_PREFIX} `)) return null;
  const [number, point, ...touched] = text.slice(MESSAGE_PREFIX.length + 1).split(' ');
  const message = { number: Number(number ?? Number.NaN), point: Number(point ?? Number.NaN) };
  if (!Number.isInteger(message.number) || !Number.isInteger(message.point)) return null;
  const counters = new Map<number, readonly number[]>();
  for (const each of touched) {
    if (each === '') continue;
    const [place = Number.NaN, ...values] = each.split(',').map(Number);
    counters.set(place, values);
  }
  return { ...message, counters };
}

/** What was counted since an earlier message; relations without any change are not in it. */
export function countedSince(earlier: Counters, now: Counters): Counters {
  const since = new Map<number, readonly number[]>();
  for (const [place, values] of now) {
    const before = earlier.get(place);
    const change = before === undefined ? values : values.map((value, at) => value - (before[at] ?? 0));
    if (change.some((value) => value !== 0)) since.set(place, change);
  }
  // A rolled back subtransaction takes some of what it counted with it.
  for (const [place, values] of earlier) {
    if (!now.has(place))
      since.set(
        place,
        values.map((value) => -value),
      );
  }
  return since;
}
