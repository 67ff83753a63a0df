import { valueText } from '../../sql/statements.ts';
import { ANSWERS, bookingList, type Check, type Checked, isAssign, uuid, valuesOf } from './check.ts';
import { lastEffects } from './last-effects.ts';

/** Sets that are there in part, or in more than one merge group. */
export function brokenSets({ steps }: Checked): Check[] {
  const left = lastEffects(steps);
  const rows = steps.flatMap((step) => {
    const { operation } = step;
    if (!isAssign(operation)) return [];
    const { booking_id } = operation.input;
    const tables = [...new Set(operation.input.table_ids)];
    const whole = tables.every((table) =>
      left.some(
        (each) =>
          each.booking_id === booking_id &&
          each.table_id === table &&
          each.claims.length === 1 &&
          each.claims[0] === step,
      ),
    );
    if (tables.length < 2 || !whole) return [];
    return tables.map((table) => [valueText(step.name), uuid(booking_id), uuid(table)]);
  });
  if (rows.length === 0) return [];
  return [
    {
      meaning: 'a set of tables that is there in part, or not in one merge group',
      query: `WITH member (step, booking_id, table_id) AS (VALUES\n${valuesOf(rows)})
SELECT member.step, member.booking_id, count(*) AS wanted, count(row.table_id) AS assigned,
       count(DISTINCT row.merge_group_id) AS groups, coalesce(answer.code, 'acknowledged') AS answered
  FROM member JOIN ${ANSWERS} answer USING (step)
  LEFT JOIN booking_table_assignments row USING (booking_id, table_id)
 GROUP BY member.step, member.booking_id, answer.code
HAVING CASE WHEN answer.code IS NULL
         THEN count(row.table_id) < count(*) OR count(DISTINCT row.merge_group_id) <> 1 OR count(row.merge_group_id) < count(*)
         ELSE count(row.table_id) > 0 END`,
    },
  ];
}

/** Merge groups that hold nothing. */
export function emptyGroups({ steps }: Checked): Check[] {
  return [
    {
      meaning: 'a merge group without a table',
      query: `SELECT grouped.id, grouped.booking_id
  FROM allocations grouped
 WHERE grouped.resource_type = 'merge_group' AND grouped.booking_id IN (${bookingList(steps)})
   AND NOT EXISTS (SELECT 1 FROM booking_table_assignments row WHERE row.merge_group_id = grouped.id)`,
    },
  ];
}

/** Assignments and allocations that do not belong together. */
export function adrift({ steps }: Checked): Check[] {
  const bookings = bookingList(steps);
  return [
    {
      meaning: 'an assignment without the allocation that it should have',
      query: `SELECT row.booking_id, row.table_id, row.start_at, row.end_at, row.allocation_id
  FROM booking_table_assignments row
 WHERE row.booking_id IN (${bookings})
   AND NOT EXISTS (
     SELECT 1 FROM allocations behind
      WHERE behind.id = row.allocation_id AND behind.booking_id = row.booking_id AND NOT behind.shadow
        AND behind.resource_type = 'table' AND behind.resource_id = row.table_id
        AND behind."window" = tstzrange(row.start_at, row.end_at, '[)'))`,
    },
    {
      meaning: 'an allocation of a table that no assignment points at',
      query: `SELECT behind.id, behind.booking_id, behind.resource_id AS table_id, behind."window"
  FROM allocations behind
 WHERE behind.resource_type = 'table' AND NOT behind.shadow AND behind.booking_id IN (${bookings})
   AND NOT EXISTS (SELECT 1 FROM booking_table_assignments row WHERE row.allocation_id = behind.id)`,
    },
  ];
}
