import type { BoundaryObservation } from '../../contracts/boundary-observation.ts';
import { parseInstant, type Window } from '../../contracts/instant.ts';
import type { SteppedBoundaries, SteppedTable } from '../../plan/stepped-boundaries.ts';
import type { Effect, Effects } from '../effects.ts';
import { namesOf } from '../explain.ts';
import type { RecordedRun } from '../run-data.ts';
import type { Status } from '../status-model.ts';
import {
  type Boundary,
  type Look,
  measureBoundary,
  type Staleness,
  type Unmeasured,
  type Writes,
} from './staleness.ts';

interface Claim {
  effect: Effect;
  window: Window;
  /** When the guests sat down, microseconds; infinity when they never came. */
  seatedAt: number;
}

/** A table whose assignments and guests are all known, with what was read of it. */
export interface SteppedCourse {
  table: SteppedTable;
  claims: Claim[];
  looks: Look[];
}

/**
 * What is known of boundaries that the virtual clock was stepped across. Nothing here is on a real clock: an instant is
 * what the functions saw as `now()`, to the microsecond.
 */
export class SteppedObservations {
  readonly courses: SteppedCourse[] = [];
  readonly measured: Staleness[] = [];
  /** Boundaries that the stored status had no change to show at. */
  unchanged = 0;
  readonly problems: Unmeasured[] = [];

  constructor(run: RecordedRun, effects: Effects, stepped: SteppedBoundaries) {
    if (run.boundaries === null) {
      const reason = 'boundaries.ndjson is missing, or was not written to its end';
      this.problems.push({ policy: null, reason });
      return;
    }
    const seated = new Set(
      run.history.operations.flatMap((operation) =>
        operation.f === 'transition' && operation.type === 'ok' ? [operation.input.booking_id] : [],
      ),
    );
    const observations = new Map<string, BoundaryObservation[]>();
    for (const each of run.boundaries) {
      const own = observations.get(each.table_id);
      if (own) own.push(each);
      else observations.set(each.table_id, [each]);
    }
    for (const table of stepped.tables) {
      const claims = claimsOf(table, effects, seated);
      if (!claims) {
        const reason = `it is not known which windows ${namesOf([table.table_id])} was assigned for`;
        this.problems.push({ policy: table.policy, reason });
        continue;
      }
      const looks = (observations.get(table.table_id) ?? []).map((source) => lookAt(source, claims));
      const course = { table, claims, looks };
      this.courses.push(course);
      for (const boundary of boundariesOf(course)) {
        const staleness = measureBoundary(boundary, looks, (_, after) => arrivalAt(course, after));
        if (staleness) this.measured.push(staleness);
        else this.unchanged += 1;
      }
    }
  }
}

/** null when something about the table is not certain. */
function claimsOf(
  { table_id, windows }: SteppedTable,
  effects: Effects,
  seated: ReadonlySet<string>,
): Claim[] | null {
  const claims: Claim[] = [];
  for (const { booking_id, check_in_at } of windows) {
    const [effect, ...more] = effects.ofPair(booking_id, table_id);
    if (!effect?.window || !effect.certain || more.length > 0) return null;
    if (check_in_at !== null && !seated.has(booking_id)) return null;
    const seatedAt = check_in_at === null ? Number.POSITIVE_INFINITY : parseInstant(check_in_at);
    claims.push({ effect, window: effect.window, seatedAt });
  }
  return claims;
}

/** Where nobody refreshes a table, guests who sit down are all that changes its status: it was stale until then. */
function arrivalAt({ table, claims }: SteppedCourse, { from, to }: Look): Writes | null {
  if (table.policy !== 'none' || !claims.some(({ seatedAt }) => seatedAt === from)) return null;
  return { from, to, refreshed: false };
}

/** The rule of the contract at an instant. Tables under maintenance, or set out of service by hand, are not stepped. */
export function ruleAt(claims: readonly Claim[], at: number): Status {
  const live = claims.filter(({ window }) => window.start <= at && at < window.end);
  if (live.some(({ seatedAt }) => seatedAt <= at)) return 'occupied';
  return live.length > 0 ? 'reserved' : 'available';
}

function lookAt(source: BoundaryObservation, claims: readonly Claim[]): Look {
  const at = parseInstant(source.at);
  const { status, refreshed } = source;
  return { from: at, to: at, status, refreshed, agrees: status === ruleAt(claims, at), source };
}

/** Only where a table becomes available or taken: not between windows that touch. */
function boundariesOf({ table: { table_id: table, policy }, claims }: SteppedCourse): Boundary[] {
  return claims.flatMap(({ effect, window }): Boundary[] => {
    const base = { table, policy, window, effect };
    const found: Boundary[] = [];
    if (ruleAt(claims, window.start - 1) === 'available') {
      found.push({ ...base, direction: 'free too long', at: window.start });
    }
    if (ruleAt(claims, window.end) === 'available') {
      found.push({ ...base, direction: 'blocked too long', at: window.end });
    }
    return found;
  });
}
