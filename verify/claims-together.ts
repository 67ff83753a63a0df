import { CERTAIN } from './effect-columns.ts';
import type { Effects } from './effects.ts';

/**
 * Whether `claimedTogether` may find something among the effects on one table, told from their numbers alone. False: it finds
 * nothing. The same sweep, without an object for each claim.
 */
export function mayBeClaimedTogether(effects: Effects, list: Int32Array): boolean {
  const { columns } = effects;
  if (!columns.oneClock) return true;
  const { starts, ends } = effects.windowTimes;
  const windowOf = (effect: number): number => columns.windows[effect] as number;
  const claims = list.filter((effect) => windowOf(effect) !== 0 && columns.has(effect, CERTAIN));
  claims.sort((a, b) => (starts[windowOf(a)] as number) - (starts[windowOf(b)] as number) || a - b);
  for (let from = 0; from < claims.length; ) {
    let to = from + 1;
    let end = ends[windowOf(claims[from] as number)] as number;
    for (; to < claims.length; to += 1) {
      const window = windowOf(claims[to] as number);
      if ((starts[window] as number) >= end) break;
      end = Math.max(end, ends[window] as number);
    }
    if (to - from > 1 && isOneTogether(effects, claims.subarray(from, to))) return true;
    from = to;
  }
  return false;
}

/** Whether two of the claims, of different bookings and for overlapping windows, were live at one time for certain. */
function isOneTogether(effects: Effects, claims: Int32Array): boolean {
  const { columns } = effects;
  const { t1 } = columns.recorded.columns;
  const { starts, ends } = effects.windowTimes;
  const acknowledged = (effect: number): number => t1[columns.rows[effect] as number] as number;
  const bookingOf = (effect: number): number => columns.names.first(columns.pairs[effect] as number);
  claims.sort((a, b) => acknowledged(a) - acknowledged(b));
  let live: { effect: number; until: number }[] = [];
  for (const effect of claims) {
    const from = acknowledged(effect);
    live = live.filter((other) => other.until > from);
    const until = surelyUntil(effects, effect);
    if (until <= from) continue;
    const window = columns.windows[effect] as number;
    for (const other of live) {
      const taken = columns.windows[other.effect] as number;
      if (bookingOf(other.effect) === bookingOf(effect)) continue;
      if (
        (starts[taken] as number) < (ends[window] as number) &&
        (starts[window] as number) < (ends[taken] as number)
      )
        return true;
    }
    live.push({ effect, until });
  }
  return false;
}

/** First instant at which the claim may have ended, where all calls are on one clock. */
function surelyUntil({ columns, time }: Effects, claim: number): number {
  const { t0 } = columns.recorded.columns;
  const row = columns.rows[claim] as number;
  let until = Number.POSITIVE_INFINITY;
  for (const other of columns.ofPair.of(columns.pairs[claim] as number)) {
    const otherRow = columns.rows[other] as number;
    if (otherRow === row) continue;
    const twins = columns.others.get(claim);
    const isEarlier =
      columns.isBefore(otherRow, row) &&
      (!twins || twins.every((twin) => time.before(columns.operation(otherRow), twin)));
    if (isEarlier) continue;
    until = Math.min(until, t0[otherRow] as number);
    for (const twin of columns.others.get(other) ?? []) until = Math.min(until, twin.t0);
  }
  return until;
}
