import type postgres from 'postgres';
import { sqlStateOf } from '../sql/execute.ts';
import { type Insert, insertStatement, qualified, valueText } from '../sql/statements.ts';
import type { Placement } from './placement.ts';
import { describeError, isLost, isOperational } from './record.ts';
import type { CaseRows, RowSet } from './rows.ts';
import { send } from './send.ts';

/** Why a case cannot be had. */
export interface SetUpProblem {
  reason: string;
  /** Not the application is in the way, but others, limits or rights. */
  operational: boolean;
  /** Others hold a lock. */
  locked: boolean;
}

/** The statements that write rows, and what becomes of them. */
export function setUpStatements(
  schema: string,
  inserts: readonly Insert[],
  transitions: RowSet['transitions'] = [],
): string[] {
  return [
    ...inserts.map((insert) => insertStatement(schema, insert)),
    ...transitions.map(({ bookingId, values }) => {
      const changes = Object.entries(values).map(([column, value]) => `${column} = ${valueText(value)}`);
      return `UPDATE ${qualified(schema, 'bookings')} SET ${changes.join(', ')} WHERE id = '${bookingId}'`;
    }),
  ];
}

/**
 * Writes the rows of a case, all checks included, and reads its windows back: an application that stores others makes
 * another case of it.
 *
 * @param statements what writes them
 * @returns null when the case is there as planned
 * @throws what says that the connection is gone
 */
export async function setUpCase(
  sql: postgres.Sql | postgres.TransactionSql,
  schema: string,
  rows: CaseRows,
  placement: Placement,
  statements: readonly string[],
): Promise<SetUpProblem | null> {
  try {
    // At the end of the transaction, checks that wait for it would find what is wrong; here there may be no such end.
    const read = await send(
      sql,
      ...statements,
      'SET CONSTRAINTS ALL IMMEDIATE',
      readWindows(schema, rows, placement),
    );
    const stored = read.map((row) => windowText(row as never));
    const planned = rows.case.allocations
      .filter(({ resource, booking }) => resource === 'table' && booking !== 'cancelled')
      .map(windowText);
    if (planned.every((window) => stored.includes(window))) return null;
    const reason = `the application stores other windows (${stored.join(' and ') || 'none'}) than were written (${planned.join(' and ')}), microseconds from the moment`;
    return { reason, operational: false, locked: false };
  } catch (error) {
    if (isLost(error)) throw error;
    return {
      reason: describeError(error),
      operational: isOperational(error),
      locked: sqlStateOf(error) === '55P03',
    };
  }
}

const windowText = ({ from_us, to_us }: { from_us: number; to_us: number }): string =>
  `[${from_us}, ${to_us})`;

function readWindows(schema: string, { tableId }: CaseRows, { at }: Placement): string {
  const distance = (bound: string): string =>
    `(extract(epoch FROM ${bound}("window") - ${at(0).text}) * 1000000)::float8`;
  return `SELECT ${distance('lower')} AS from_us, ${distance('upper')} AS to_us
  FROM ${qualified(schema, 'allocations')} WHERE resource_type = 'table' AND resource_id = '${tableId}'`;
}
