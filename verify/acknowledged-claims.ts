import { overlaps, type Window } from '../contracts/instant.ts';
import { mayBeClaimedTogether } from './claims-together.ts';
import type { Effect, Effects } from './effects.ts';

/** A claim from when it was acknowledged until it may have ended. */
export interface AcknowledgedClaim {
  effect: Effect;
  window: Window;
  /** Nanoseconds on the clock of its runner, for releases of another runner less the error of both; the claim is live for certain from the first to the second, if any. */
  from: number;
  until: number;
  /** Its place among the claims of the table by the begins of their windows. */
  place: number;
}

/** Two bookings that had one table for overlapping windows at the same time, for certain. */
export interface ClaimedTogether {
  first: AcknowledgedClaim;
  second: AcknowledgedClaim;
  /** Since when, nanoseconds on the clock of their runner. */
  from: number;
}

/**
 * Claims that exclude each other, table by table; of tables on which there is none for certain, no object is made.
 *
 * @param among only on these tables; left out: on all
 */
export function* allClaimedTogether(
  effects: Effects,
  among?: ReadonlySet<string>,
): Generator<ClaimedTogether & { table: string }> {
  const { tables, ofTable, recorded } = effects.columns;
  for (const [number, word] of tables.entries()) {
    const table = recorded.words.text(word);
    if (among?.has(table) === false || !mayBeClaimedTogether(effects, ofTable.of(number))) continue;
    for (const found of claimedTogether(effects, effects.ofTable(table))) yield { ...found, table };
  }
}

/**
 * Finds claims that exclude each other among the effects on one table, in the order of their windows. Of claims whose windows
 * overlap, directly or through others, only those that are live when another begins are compared with it. Claims of two
 * runners are compared as far as the errors of their clocks allow.
 */
export function claimedTogether(effects: Effects, list: readonly Effect[]): ClaimedTogether[] {
  const claims = list
    .flatMap((effect) => (effect.window && effect.certain ? [{ effect, window: effect.window }] : []))
    .sort((a, b) => a.window.start - b.window.start)
    .map(({ effect, window }, place): AcknowledgedClaim => {
      return { effect, window, place, from: effect.operation.t1, until: surelyUntil(effects, effect) };
    });
  const found: ClaimedTogether[] = [];
  for (const group of groupsOf(claims)) addFound(effects, group, found);
  return found.sort((a, b) => a.first.place - b.first.place || a.second.place - b.second.place);
}

/** First instant at which the claim may have ended. */
function surelyUntil(effects: Effects, claim: Effect): number {
  let until = Number.POSITIVE_INFINITY;
  for (const { operation, others } of effects.successors(claim)) {
    for (const { runner, t0 } of [operation, ...others]) {
      until = Math.min(until, t0 - effects.time.margin(runner, claim.operation.runner));
    }
  }
  return until;
}

function groupsOf(claims: readonly AcknowledgedClaim[]): AcknowledgedClaim[][] {
  const groups: AcknowledgedClaim[][] = [];
  let end = Number.NEGATIVE_INFINITY;
  for (const claim of claims) {
    const group = groups.at(-1);
    if (group && claim.window.start < end) group.push(claim);
    else groups.push([claim]);
    end = Math.max(end, claim.window.end);
  }
  return groups;
}

function addFound(effects: Effects, group: AcknowledgedClaim[], found: ClaimedTogether[]): void {
  if (group.length < 2) return;
  let live: AcknowledgedClaim[] = [];
  for (const claim of group.sort((a, b) => a.from - b.from || a.place - b.place)) {
    const { runner } = claim.effect.operation;
    const apart = ({ effect }: AcknowledgedClaim): number =>
      effects.time.margin(effect.operation.runner, runner);
    live = live.filter((other) => other.until > claim.from || apart(other) === Number.POSITIVE_INFINITY);
    if (claim.until <= claim.from) continue;
    for (const other of live) {
      if (other.effect.booking_id === claim.effect.booking_id) continue;
      if (!overlaps(other.window, claim.window)) continue;
      const margin = apart(other);
      if (margin > 0 && !areTogether(other, claim, margin)) continue;
      const [first, second] = other.place < claim.place ? [other, claim] : [claim, other];
      found.push({ first, second, from: claim.from });
    }
    live.push(claim);
  }
}

/** Whether two claims are live at one instant however far, within the margin, their clocks are apart. */
function areTogether(a: AcknowledgedClaim, b: AcknowledgedClaim, margin: number): boolean {
  return margin < Number.POSITIVE_INFINITY && a.until > b.from + margin && b.until > a.from + margin;
}
