import { valueText } from '../../sql/statements.ts';
import { isRelease } from '../../verify/booking-calls.ts';
import type { Step } from '../sessions.ts';
import { ANSWERS, type Check, type Checked, isAssign, uuid, valuesOf } from './check.ts';

/** Codes that the contract knows. */
const documented = ['ok', 'P0001', 'P0002', 'P0003', '22000', '22023', '23503', '23514'];
/** Errors that are the business of `progress`. */
const transient = ['40P01', '40001', '55P03', '57014'];

const listOf = (values: readonly string[]): string => values.map(valueText).join(', ');

/** One key, answered in two ways. */
export function keys({ steps }: Checked): Check[] {
  const keyed = steps.flatMap((step) => {
    const { operation } = step;
    if (!isAssign(operation) || operation.input.idempotency_key === null) return [];
    const { booking_id, idempotency_key, table_ids } = operation.input;
    // After an undo a key may be used anew.
    const undone = steps.some(
      (other) => isRelease(other.operation) && other.operation.input.booking_id === booking_id,
    );
    if (undone) return [];
    const tables = [...new Set(table_ids)].sort().join(',');
    return [[valueText(step.name), uuid(booking_id), valueText(idempotency_key), valueText(tables)]];
  });
  if (keyed.length < 2) return [];
  const used = `WITH used (step, booking_id, idempotency_key, tables) AS (VALUES\n${valuesOf(keyed)})`;
  return [
    {
      meaning: 'one key, acknowledged for two sets of tables or answered in two ways',
      query: `${used}
SELECT used.idempotency_key, string_agg(used.step, ', ' ORDER BY used.step) AS steps,
       count(DISTINCT used.tables) AS sets, count(DISTINCT answer.rows) AS answers
  FROM used JOIN ${ANSWERS} answer ON answer.step = used.step AND answer.code IS NULL
 GROUP BY used.booking_id, used.idempotency_key
HAVING count(DISTINCT used.tables) > 1 OR count(DISTINCT answer.rows) > 1`,
    },
    {
      meaning: 'refused with P0003, though the key was not used for other tables',
      query: `${used}
SELECT used.step, used.idempotency_key
  FROM used JOIN ${ANSWERS} answer ON answer.step = used.step AND answer.code = 'P0003'
 WHERE NOT EXISTS (
   SELECT 1 FROM used other
    WHERE other.booking_id = used.booking_id AND other.idempotency_key = used.idempotency_key
      AND other.tables <> used.tables)`,
    },
  ];
}

/** Of contenders for one slot not exactly one won. */
export function winners({ steps }: Checked): Check[] {
  const contenders = listOf(steps.filter(({ operation }) => operation.round).map(({ name }) => name));
  return [
    {
      meaning: 'contenders for one slot, of whom not exactly one won',
      query: `SELECT count(*) AS contenders, count(*) FILTER (WHERE code IS NULL) AS winners
  FROM ${ANSWERS} WHERE step IN (${contenders || "''"})
HAVING count(*) FILTER (WHERE code IS NULL) <> 1 AND count(*) > 0`,
    },
  ];
}

/** Codes that the contract does not know, or does not give here. */
export function codes({ steps }: Checked): Check[] {
  const expected = steps.map((step) => [valueText(step.name), `ARRAY[${listOf(expectedOf(step))}]`]);
  return [
    {
      meaning: "an answer that is not the contract's",
      query: `WITH expected (step, codes) AS (VALUES\n${valuesOf(expected)})
SELECT answer.step, coalesce(answer.code, 'ok') AS answered, expected.codes AS expected, answer.message
  FROM expected JOIN ${ANSWERS} answer USING (step)
 WHERE coalesce(answer.code, 'ok') <> ALL (expected.codes)`,
    },
  ];
}

/** Success where a conflict was due, and the reverse, are for other promises. */
function expectedOf({ operation: { expect } }: Step): string[] {
  const codes = expect ?? documented;
  const either = codes.includes('ok') || codes.includes('P0001') ? ['ok', 'P0001'] : [];
  return [...new Set([...codes, ...either, ...transient])];
}

/** Deadlocks and time-outs. */
export function transients(): Check[] {
  return [
    {
      meaning: 'a call that ended in a deadlock or a time-out',
      query: `SELECT step, code, message FROM ${ANSWERS} WHERE code IN (${listOf(transient)})`,
    },
  ];
}

/** Answers that name other tables than were asked for. */
export function otherTables({ steps }: Checked): Check[] {
  const asked = steps.flatMap(({ name, operation }) =>
    isAssign(operation)
      ? [...new Set(operation.input.table_ids)].map((table) => [valueText(name), valueText(table)])
      : [],
  );
  if (asked.length === 0) return [];
  return [
    {
      meaning: 'an answer that names other tables than were asked for',
      query: `WITH asked (step, table_id) AS (VALUES\n${valuesOf(asked)})
SELECT answer.step, answer.rows
  FROM ${ANSWERS} answer
 WHERE answer.code IS NULL AND answer.step IN (SELECT step FROM asked)
   AND (SELECT coalesce(array_agg(row ->> 'table_id' ORDER BY row ->> 'table_id'), '{}') FROM jsonb_array_elements(answer.rows) row)
     IS DISTINCT FROM (SELECT array_agg(asked.table_id ORDER BY asked.table_id) FROM asked WHERE asked.step = answer.step)`,
    },
  ];
}
