import { valueText } from '../../sql/statements.ts';
import {
  ANSWERS,
  bookingList,
  bounds,
  type Check,
  type Checked,
  claimsAsked,
  claimTable,
  isAssign,
  uuid,
  valuesOf,
} from './check.ts';
import { lastEffects } from './last-effects.ts';

/** Two live allocations of one table. */
export function overlapping({ steps }: Checked): Check[] {
  return [
    {
      meaning: 'one table, two live allocations whose windows overlap',
      query: `SELECT one.resource_id AS table_id, one.booking_id, other.booking_id AS other_booking_id,
       one."window" * other."window" AS both
  FROM allocations one
  JOIN allocations other ON other.resource_id = one.resource_id AND other.id > one.id AND other."window" && one."window"
 WHERE one.resource_type = 'table' AND other.resource_type = 'table' AND NOT one.shadow AND NOT other.shadow
   AND one.booking_id IN (${bookingList(steps)})`,
    },
  ];
}

/** What was acknowledged last and is not there. */
export function missing(checked: Checked): Check[] {
  const rows = lastEffects(checked.steps).flatMap(({ booking_id, table_id, claims }) =>
    claims.flatMap((step) => {
      const window = bounds(checked, step.operation);
      return window ? [[valueText(step.name), uuid(booking_id), uuid(table_id), ...window]] : [];
    }),
  );
  const claims = claimTable(rows);
  if (claims === null) return [];
  return [
    {
      meaning: 'acknowledged, given back by no later step, and not there',
      query: `${claims}
SELECT claim.*
  FROM claim JOIN ${ANSWERS} answer ON answer.step = claim.step AND answer.code IS NULL
 WHERE NOT EXISTS (
   SELECT 1 FROM claim possible JOIN booking_table_assignments row USING (booking_id, table_id, start_at, end_at)
    WHERE possible.booking_id = claim.booking_id AND possible.table_id = claim.table_id)`,
    },
  ];
}

/** What was given back last and is still there. */
export function stillThere({ steps }: Checked): Check[] {
  const rows = lastEffects(steps).flatMap(({ booking_id, table_id, claims, releases }) =>
    claims.length > 0 ? [] : releases.map((step) => [valueText(step.name), uuid(booking_id), uuid(table_id)]),
  );
  if (rows.length === 0) return [];
  return [
    {
      meaning: 'acknowledged as given back, and still there',
      query: `WITH release (step, booking_id, table_id) AS (VALUES\n${valuesOf(rows)})
SELECT release.*, row.start_at, row.end_at
  FROM release JOIN ${ANSWERS} answer ON answer.step = release.step AND answer.code IS NULL
  JOIN booking_table_assignments row USING (booking_id, table_id)`,
    },
  ];
}

/** Assigned although somebody else's hold had been acknowledged before. */
export function againstHolds(checked: Checked): Check[] {
  const claims = claimsAsked(checked, checked.steps);
  const holds = checked.steps.flatMap((step) => {
    const { operation } = step;
    const window = bounds(checked, operation);
    if (operation.f !== 'hold' || window === null) return [];
    const { hold_id, booking_id, table_ids } = operation.input;
    const whose = booking_id === null ? 'CAST(NULL AS uuid)' : uuid(booking_id);
    return table_ids.map((table) => [valueText(step.name), uuid(hold_id), whose, uuid(table), ...window]);
  });
  if (claims === null || holds.length === 0) return [];
  return [
    {
      meaning: "assigned, although a live hold of somebody else's was acknowledged before that call began",
      query: `${claims}, held (step, hold_id, booking_id, table_id, start_at, end_at) AS (VALUES\n${valuesOf(holds)})
SELECT claim.step, claim.booking_id, claim.table_id, held.step AS held_by, held.hold_id
  FROM claim JOIN ${ANSWERS} answer ON answer.step = claim.step AND answer.code IS NULL
  JOIN held ON held.table_id = claim.table_id AND held.booking_id IS DISTINCT FROM claim.booking_id
           AND held.start_at < claim.end_at AND claim.start_at < held.end_at
  JOIN ${ANSWERS} hold_answer ON hold_answer.step = held.step AND hold_answer.code IS NULL
                                         AND hold_answer.ended_at < answer.began_at
  JOIN table_holds hold ON hold.id = held.hold_id AND hold.status = 'active' AND hold.expires_at > now()`,
    },
  ];
}

/** Refused as a conflict, with nobody in the way. */
export function unjustified(checked: Checked): Check[] {
  const claims = claimsAsked(checked, checked.steps);
  if (claims === null) return [];
  const holds = checked.holds
    ? `
   AND NOT EXISTS (
     SELECT 1 FROM table_hold_members member JOIN table_holds hold ON hold.id = member.hold_id
      WHERE member.table_id = claim.table_id AND hold.status = 'active' AND hold.expires_at > now()
        AND hold.booking_id IS DISTINCT FROM claim.booking_id
        AND hold.start_at < claim.end_at AND claim.start_at < hold.end_at)`
    : '';
  return [
    {
      meaning: 'refused as a conflict, though no live claim of another booking overlaps',
      query: `${claims}
SELECT claim.step, answer.code, answer.message
  FROM claim JOIN ${ANSWERS} answer ON answer.step = claim.step AND answer.code IN ('P0001', '23P01', '23505')
 GROUP BY claim.step, answer.code, answer.message
HAVING bool_and(NOT EXISTS (
     SELECT 1 FROM allocations taken
      WHERE taken.resource_type = 'table' AND taken.resource_id = claim.table_id AND NOT taken.shadow
        AND taken.booking_id IS DISTINCT FROM claim.booking_id
        AND taken."window" && tstzrange(claim.start_at, claim.end_at, '[)'))${holds})`,
    },
  ];
}

/** Rows of bookings of which no assignment was acknowledged. */
export function phantoms({ steps }: Checked): Check[] {
  const rows = steps.flatMap(({ name, operation }) =>
    isAssign(operation) ? [[valueText(name), uuid(operation.input.booking_id)]] : [],
  );
  if (rows.length === 0) return [];
  return [
    {
      meaning: 'a row of a booking of which no assignment was acknowledged',
      query: `WITH asked (step, booking_id) AS (VALUES\n${valuesOf(rows)})
SELECT row.booking_id, row.table_id, row.start_at, row.end_at
  FROM booking_table_assignments row
 WHERE row.booking_id IN (SELECT booking_id FROM asked)
   AND NOT EXISTS (
     SELECT 1 FROM asked JOIN ${ANSWERS} answer ON answer.step = asked.step AND answer.code IS NULL
      WHERE asked.booking_id = row.booking_id)`,
    },
  ];
}
