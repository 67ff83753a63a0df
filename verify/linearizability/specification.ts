import { formatWindow, overlaps, sameWindow, type Window } from '../../contracts/instant.ts';
import { nameOf } from '../../plan/identity.ts';
import { namesOf } from '../explain.ts';
import {
  type AssignCall,
  type Call,
  type ConfirmCall,
  cellOf,
  type EndCall,
  type HoldCall,
  type ReadCall,
  type ReleaseCall,
  type UnassignCall,
} from './call.ts';
import type { State } from './state.ts';
import type { Claim, Entry, Held } from './values.ts';

/** Why a call cannot have been answered as it was in some state. */
export interface Obstacle {
  /** In words, with names for people. */
  reason(): string;
  /** Cells that have to change first, each of them; empty: no single one stands in the way. */
  inTheWay(): readonly string[];
}

/** The states after a call, one for each way in which the contract allows it; or why there is none. */
export type Step =
  | { states: readonly [State, ...State[]]; obstacle: null }
  | { states: readonly []; obstacle: Obstacle };

/**
 * The application as if it served one call after the other: what it may answer in a state, and the state after that. A
 * sequential specification in the sense of Herlihy & Wing 1990. Strict where the contract is, and permissive where it
 * leaves a choice: then several states may follow, or a claim, hold or key is no longer certain and excuses either answer.
 *
 * - assign: takes all of its tables, or is refused because of another booking's claim or live hold on one of them that
 *   overlaps. The booking's own claims on those tables move. A key that is in the ledger answers as it did at first and
 *   changes nothing, or P0003 for another set of tables; once one of its tables was given back, it may be forgotten.
 * - confirm: the same with what a hold claims, which then stands no more. Whether it remembers keys is open.
 * - unassign: answers exactly those of the named tables that the booking had.
 * - a booking that is cancelled has no claims; completed or no_show, its claims may be there, shortened or gone.
 * - hold: whether one is refused that overlaps a claim is open, but a refusal has something to blame.
 * - a hold expires on the database's clock; where its error leaves open whether that was before the call, both are right.
 *
 * A call with an unknown outcome is only tried where it changes something: that it did not is the state without it.
 */
export function step(state: State, call: Call): Step {
  switch (call.kind) {
    case 'assign':
    case 'confirm':
      if (call.outcome === 'conflict') return refuseAssignment(state, call);
      return call.outcome === 'reused' ? refuseKey(state, call) : assign(state, call);
    case 'unassign':
      return unassign(state, call);
    case 'end':
      return end(state, call);
    case 'hold':
      return call.outcome === 'conflict' ? refuseHold(state, call) : hold(state, call);
    case 'release':
      return release(state, call);
    case 'read':
      return read(state, call);
  }
}

const unchanged = (state: State): Step => ({ states: [state], obstacle: null });
const blocked = (inTheWay: () => readonly string[], reason: () => string): Step => ({
  states: [],
  obstacle: { inTheWay, reason },
});
const nothing = (): readonly string[] => [];
/** What an unknown call would do here is nothing. */
const idle = blocked(nothing, () => 'it changes nothing');

function assign(state: State, call: AssignCall | ConfirmCall): Step {
  const entry = call.key === null ? undefined : state.entry(call.key);
  const states: State[] = [];
  const obstacles: Obstacle[] = [];
  for (const way of [replay(state, call, entry), assignAnew(state, call, entry)]) {
    if (way === null) continue;
    states.push(...way.states);
    if (way.obstacle) obstacles.push(way.obstacle);
  }
  const [first, ...more] = states;
  if (first) return { states: [first, ...more], obstacle: null };
  // Under a key that others use, there may be two ways: what is in one's way alone is not in the way of the call.
  const inTheWay = (call.key === null && obstacles[0]?.inTheWay) || nothing;
  return blocked(inTheWay, () => obstacles.map((obstacle) => obstacle.reason()).join('; and '));
}

/** Answers from the ledger; null when there is nothing to answer from. */
function replay(state: State, call: AssignCall | ConfirmCall, entry: Entry | undefined): Step | null {
  if (!entry || call.key === null || !sameTables(entry.tables, call.tables)) return null;
  const { answered, key } = call;
  if (answered && !sameWindow(answered, entry.window)) {
    return blocked(
      () => [key],
      () => `the key was used for ${formatWindow(entry.window)}, and the answer is ${formatWindow(answered)}`,
    );
  }
  let after = state;
  if (call.kind === 'confirm') after = doubtHold(after, call.hold);
  if (call.outcome === 'unknown') return after === state ? null : unchanged(after);
  if (!entry.certain && call.ledger) after = after.withEntry(key, { ...entry, certain: true });
  return unchanged(after);
}

/** Takes the tables; null when the key has its answer already. */
function assignAnew(state: State, call: AssignCall | ConfirmCall, entry: Entry | undefined): Step | null {
  const { booking, window, answered, tables } = call;
  if (entry?.certain) {
    if (call.outcome !== 'unknown' && sameTables(entry.tables, tables)) return null;
    return blocked(
      keyOf(call),
      () => `the key was used for ${namesOf(entry.tables)} before, so that P0003 is due`,
    );
  }
  if (answered && !sameWindow(answered, window)) {
    return blocked(
      keyOf(call),
      () =>
        `it asks for ${formatWindow(window)} and is answered ${formatWindow(answered)}, which its key was not given before`,
    );
  }
  const lost = call.kind === 'confirm' ? lostHold(state, call) : null;
  if (lost) return lost;
  const claims = rivalClaims(state, call).filter(({ certain }) => certain);
  const holds = rivalHolds(state, call).filter((held) => held.certain && held.expires > call.span.to);
  if (claims.length + holds.length > 0) {
    return blocked(
      () => [...claims.map((claim) => cellOf(claim.booking, claim.table)), ...holds.map((held) => held.hold)],
      () => [...claims.map(claimText), ...holds.map(holdText)].join(' and '),
    );
  }
  let after = state;
  for (const table of tables) {
    for (const claim of state.table(table).claims) {
      if (claim.booking !== booking.id && overlaps(claim.window, window)) {
        after = after.withClaim(table, claim.booking, shortened(claim, window));
      }
    }
    after = after.withClaim(table, booking.id, { window: bare(window), certain: true });
  }
  if (call.key !== null) {
    after = after.withEntry(call.key, { tables, window: bare(window), certain: call.ledger });
  }
  if (call.kind === 'confirm') after = endHold(after, call.hold, 'confirmed', booking.id);
  return unchanged(after);
}

/** A hold that was never made, was given up or went to another booking cannot be confirmed. */
function lostHold(state: State, call: ConfirmCall): Step | null {
  const found = state.hold(call.hold);
  if (found?.status === 'standing') return null;
  if (found?.status === 'confirmed' && found.owner === call.booking.id) return null;
  const fate =
    found === undefined
      ? 'was never made'
      : found.status === 'released'
        ? 'was released'
        : `was confirmed for ${nameOf(found.owner ?? '')}`;
  return blocked(
    () => [call.hold],
    () => `${nameOf(call.hold)} ${fate}`,
  );
}

function refuseAssignment(state: State, call: AssignCall | ConfirmCall): Step {
  const entry = call.key === null ? undefined : state.entry(call.key);
  if (entry?.certain) {
    return blocked(
      keyOf(call),
      () =>
        `the key was used for ${namesOf(entry.tables)} before, so that its first answer or P0003 is due, no conflict`,
    );
  }
  if (call.kind === 'confirm') {
    const owner = state.hold(call.hold)?.owner ?? null;
    if (owner !== null && owner !== call.booking.id) return unchanged(state);
  }
  const toBlame =
    rivalClaims(state, call).length > 0 ||
    rivalHolds(state, call).some((held) => held.expires > call.span.from);
  if (toBlame) return unchanged(state);
  return blocked(
    nothing,
    () => 'no claim and no live hold of anybody else overlaps, so there is no conflict',
  );
}

function refuseKey(state: State, call: AssignCall | ConfirmCall): Step {
  const entry = call.key === null ? undefined : state.entry(call.key);
  if (entry && !sameTables(entry.tables, call.tables)) return unchanged(state);
  return blocked(keyOf(call), () =>
    entry
      ? 'the key was used for the same tables before, so that the same answer is due, not P0003'
      : 'the key was not used before, so that P0003 is not due',
  );
}

function unassign(state: State, call: UnassignCall): Step {
  const { booking, answered, tables } = call;
  const had = tables.filter((table) => claimOf(state, table, booking.id));
  if (answered) {
    const kept = had.filter((table) => !answered.has(table) && claimOf(state, table, booking.id)?.certain);
    const never = [...answered].filter((table) => !had.includes(table));
    if (kept.length + never.length > 0) {
      const cells = (): string[] => [...kept, ...never].map((table) => cellOf(booking.id, table));
      return blocked(cells, () =>
        [
          ...kept.map(
            (table) => `${nameOf(booking.id)} has ${nameOf(table)}, which the answer does not name`,
          ),
          ...never.map(
            (table) => `${nameOf(booking.id)} does not have ${nameOf(table)}, which the answer names`,
          ),
        ].join(' and '),
      );
    }
    if (answered.size === 0) return unchanged(state);
  }
  if (had.length === 0) return call.outcome === 'unknown' ? idle : unchanged(state);
  let after = state;
  for (const table of had) after = after.withClaim(table, booking.id, null);
  return unchanged(doubtKeys(after, call, had));
}

function end(state: State, call: EndCall): Step {
  const { booking, status } = call;
  // Who is over already may stay as it is.
  const surelyGone = status === 'cancelled' && !booking.over && !state.isOver(booking.id);
  let after = state.isOver(booking.id) ? state : state.withOver(booking.id);
  const had = [...booking.tables.keys()];
  for (const table of had) {
    const claim = claimOf(state, table, booking.id);
    if (!claim || (!surelyGone && !claim.certain)) continue;
    after = after.withClaim(table, booking.id, surelyGone ? null : { window: claim.window, certain: false });
  }
  for (const id of booking.holds) after = doubtHold(after, id);
  after = doubtKeys(after, call, had);
  return after === state && call.outcome === 'unknown' ? idle : unchanged(after);
}

function hold(state: State, call: HoldCall): Step {
  const { hold: id, owner, tables, window, expires } = call;
  let after = state.hold(id) ? endHold(state, id, 'released', owner) : state;
  for (const table of tables) {
    after = after.withHeld(table, id, { owner, window: bare(window), expires, certain: true });
  }
  return unchanged(after.withHold(id, { status: 'standing', owner, tables }));
}

function refuseHold(state: State, call: HoldCall): Step {
  // A second hold with the same id meets the first one's row.
  if (state.hold(call.hold)) return unchanged(state);
  const toBlame = call.tables.some((table) => {
    const { claims, holds } = state.table(table);
    return (
      claims.some((claim) => overlaps(claim.window, call.window)) ||
      holds.some((held) => overlaps(held.window, call.window) && held.expires > call.span.from)
    );
  });
  if (toBlame) return unchanged(state);
  return blocked(nothing, () => 'no claim and no live hold overlaps, so there is no conflict');
}

function release(state: State, call: ReleaseCall): Step {
  const found = state.hold(call.hold);
  if (!found || found.status === 'released') return call.outcome === 'unknown' ? idle : unchanged(state);
  return unchanged(endHold(state, call.hold, 'released', found.owner));
}

/** The row must be there as claimed; after the booking ended it may also be shorter or gone. */
function read(state: State, call: ReadCall): Step {
  const { booking, table, row } = call;
  const claim = claimOf(state, table, booking.id);
  const own = (): string[] => [cellOf(booking.id, table)];
  if (claim === undefined) {
    if (row === null) return unchanged(state);
    return blocked(own, () => `${nameOf(booking.id)} does not have ${nameOf(table)}, yet the row is there`);
  }
  if (row === null) {
    if (!claim.certain) return unchanged(state);
    return blocked(own, () => `${claimText({ ...claim, table })}, yet there is no row of that`);
  }
  const { window } = row;
  const fits =
    window === null ||
    sameWindow(window, claim.window) ||
    (!claim.certain && window.start === claim.window.start && window.end <= claim.window.end);
  if (fits) return unchanged(state);
  return blocked(own, () => `${claimText({ ...claim, table })}, yet the row says ${formatWindow(window)}`);
}

function keyOf({ key }: AssignCall | ConfirmCall): () => string[] {
  return () => (key === null ? [] : [key]);
}

function claimOf(state: State, table: string, booking: string): Claim | undefined {
  return state.table(table).claims.find((claim) => claim.booking === booking);
}

type OnTable<T> = T & { table: string };

function rivalClaims(state: State, { booking, tables, window }: AssignCall | ConfirmCall): OnTable<Claim>[] {
  const rivals: OnTable<Claim>[] = [];
  for (const table of tables) {
    for (const claim of state.table(table).claims) {
      if (claim.booking !== booking.id && overlaps(claim.window, window)) rivals.push({ table, ...claim });
    }
  }
  return rivals;
}

/** A hold without a booking is another's to everyone. The hold that is confirmed is in nobody's way. */
function rivalHolds(state: State, call: AssignCall | ConfirmCall): OnTable<Held>[] {
  const own = call.kind === 'confirm' ? call.hold : null;
  const rivals: OnTable<Held>[] = [];
  for (const table of call.tables) {
    for (const held of state.table(table).holds) {
      const another = held.hold !== own && held.owner !== call.booking.id;
      if (another && overlaps(held.window, call.window)) rivals.push({ table, ...held });
    }
  }
  return rivals;
}

/** What is left of a claim that may have been shortened, once somebody else has got this window. */
function shortened({ window }: Claim, taken: Window): Omit<Claim, 'booking'> | null {
  if (taken.start <= window.start) return null;
  return { window: { start: window.start, end: Math.min(window.end, taken.start) }, certain: false };
}

function endHold(state: State, id: string, status: 'released' | 'confirmed', owner: string | null): State {
  const tables = state.hold(id)?.tables ?? [];
  let after = state;
  for (const table of tables) after = after.withHeld(table, id, null);
  return after.withHold(id, { status, owner, tables });
}

function doubtHold(state: State, id: string): State {
  let after = state;
  for (const table of state.hold(id)?.tables ?? []) {
    const held = state.table(table).holds.find((each) => each.hold === id);
    if (held?.certain) {
      const { owner, window, expires } = held;
      after = after.withHeld(table, id, { owner, window, expires, certain: false });
    }
  }
  return after;
}

/** Keys under which one of these tables was assigned may be forgotten now. */
function doubtKeys(state: State, { booking }: UnassignCall | EndCall, tables: readonly string[]): State {
  let after = state;
  for (const key of booking.keys.keys()) {
    const entry = state.entry(key);
    if (!entry?.certain || !entry.tables.some((table) => tables.includes(table))) continue;
    after = after.withEntry(key, { ...entry, certain: false });
  }
  return after;
}

function sameTables(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((table) => b.includes(table));
}

function bare({ start, end: until }: Window): Window {
  return { start, end: until };
}

function claimText({ booking, table, window }: OnTable<Claim>): string {
  return `${nameOf(booking)} has ${nameOf(table)} for ${formatWindow(window)}`;
}

function holdText({ hold: id, table, window }: OnTable<Held>): string {
  return `${nameOf(id)} stands on ${nameOf(table)} for ${formatWindow(window)}`;
}
