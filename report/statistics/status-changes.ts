import { parseInstant } from '../../contracts/instant.ts';
import type { Operation } from '../../history/operation.ts';
import type { PlacedCall, ScenarioTimeline } from './scenario-timeline.ts';

/** A moment at which the rule's answer for a table changes, milliseconds on the scenario's time line. */
export interface StatusChange {
  at: number;
  /** Within these either status is right: the call was under way, or the clocks do not tell. */
  from: number;
  to: number;
  before: string;
  after: string;
}

/** Database clock minus wall clock, and the error of both: from the manifest and the runners' anchors. */
export interface ClockOffset {
  offset_ms: number;
  error_ms: number;
}

interface Moment {
  at: number;
  from: number;
  to: number;
}

interface Claim {
  booking: string;
  start: Moment;
  end: Moment;
}

/** Statuses that give the table free, whatever its window says. */
const gone = new Set(['cancelled', 'no_show', 'completed']);

/**
 * What the rule gives for each table over time, from the acknowledged calls alone: `occupied` within the window of a
 * booking that is checked in, else `reserved` within a window, else `available`.
 *
 * @param tables the ones to look at
 */
export function statusChanges(
  timeline: ScenarioTimeline,
  clock: ClockOffset,
  tables: ReadonlySet<string>,
): Map<string, StatusChange[]> {
  const { origin, calls } = timeline;
  if (origin === null) return new Map();
  const boundary = (instant: string): Moment => {
    const at = parseInstant(instant) / 1000 - clock.offset_ms - origin;
    return { at, from: at - clock.error_ms, to: at + clock.error_ms };
  };
  const effective = calls.filter(({ operation }) => operation.type === 'ok');
  const ends = effective.filter(
    ({ operation }) => operation.f === 'unassign' || operation.f === 'transition',
  );
  const seated = new Map<string, Moment>();
  for (const call of effective) {
    const { operation } = call;
    if (operation.f === 'transition' && operation.input.status === 'checked_in') {
      seated.set(operation.input.booking_id, momentOf(call));
    }
  }
  const claims = new Map<string, Claim[]>();
  for (const call of effective) {
    for (const row of assignedRows(call.operation)) {
      if (!tables.has(row.table_id)) continue;
      const booking = bookingOf(call.operation);
      const release = ends.find(
        (other) => other.start > call.end && releases(other.operation, booking, row.table_id),
      );
      const claim = {
        booking,
        start: later(momentOf(call), boundary(row.start_at)),
        end: release ? earlier(momentOf(release), boundary(row.end_at)) : boundary(row.end_at),
      };
      if (claim.end.at > claim.start.at)
        claims.set(row.table_id, [...(claims.get(row.table_id) ?? []), claim]);
    }
  }
  return new Map([...claims].map(([table, own]) => [table, changesOf(own, seated, timeline.span)]));
}

function changesOf(
  claims: readonly Claim[],
  seated: ReadonlyMap<string, Moment>,
  span: number,
): StatusChange[] {
  const moments = claims.flatMap(({ booking, start, end }) => {
    const arrival = seated.get(booking);
    return arrival && arrival.at > start.at && arrival.at < end.at ? [start, arrival, end] : [start, end];
  });
  moments.sort((a, b) => a.at - b.at);
  const changes: StatusChange[] = [];
  let before = 'available';
  for (const moment of moments) {
    if (moment.at < 0 || moment.at > span) continue;
    const live = claims.filter(({ start, end }) => start.at <= moment.at && moment.at < end.at);
    const occupied = live.some(
      ({ booking }) => (seated.get(booking)?.at ?? Number.POSITIVE_INFINITY) <= moment.at,
    );
    const after = occupied ? 'occupied' : live.length > 0 ? 'reserved' : 'available';
    if (after === before) continue;
    changes.push({ ...moment, before, after });
    before = after;
  }
  return changes;
}

/** A call takes effect at some moment of its interval; shown is its end, when everybody may know. */
function momentOf({ start, end }: PlacedCall): Moment {
  return { at: end, from: start, to: end };
}

const later = (a: Moment, b: Moment): Moment => (a.at > b.at ? a : b);
const earlier = (a: Moment, b: Moment): Moment => (a.at < b.at ? a : b);

function assignedRows(operation: Operation): { table_id: string; start_at: string; end_at: string }[] {
  if (operation.f !== 'assign' && operation.f !== 'confirm') return [];
  const rows = Array.isArray(operation.value) ? operation.value : [];
  // An answer without a table or an instant cannot be drawn; the promise `linked` speaks of it.
  return rows.flatMap(({ table_id, start_at, end_at }) =>
    table_id !== null && isInstant(start_at) && isInstant(end_at) ? [{ table_id, start_at, end_at }] : [],
  );
}

function isInstant(text: string | null): text is string {
  return text !== null && !Number.isNaN(Date.parse(text));
}

function bookingOf(operation: Operation): string {
  return operation.f === 'assign' || operation.f === 'confirm' ? operation.input.booking_id : '';
}

function releases(operation: Operation, booking: string, table: string): boolean {
  if (operation.f === 'transition') {
    return operation.input.booking_id === booking && gone.has(operation.input.status);
  }
  if (operation.f !== 'unassign' || operation.input.booking_id !== booking) return false;
  return operation.input.table_ids === null || operation.input.table_ids.includes(table);
}
