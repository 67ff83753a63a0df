import type { SchemaDescription } from '../contracts/schema-description.ts';
import type { StatusObservation } from '../contracts/status-matrix.ts';
import type { Lookups } from '../seed/lookups.ts';
import { type Insert, searchPath, withoutTriggers } from '../sql/statements.ts';
import type { StatusCase } from './case.ts';
import { fitRows } from './fit-rows.ts';
import { aroundNow } from './placement.ts';
import { allocationsAt, type RefreshRecord } from './record.ts';
import { planRows, type RowOrigin } from './rows.ts';
import { setUpStatements } from './set-up.ts';
import { callRefresh, readStatus, writeStatus } from './statements.ts';

/** What scripts are made for. */
export interface ScriptContext {
  /** The schema that they name: the deployed one. */
  description: SchemaDescription;
  lookups: Lookups;
  origin: RowOrigin;
}

/**
 * A script of SQL that shows one observation again: the fewest rows that make the case, the previous status, the refresh
 * and the status after it, in a transaction that it rolls back. What was seen at a moment of the virtual clock is placed
 * around now(). `loadScanner` must have been awaited before. Pure.
 */
export function scriptOf(
  { description, lookups, origin }: ScriptContext,
  record: RefreshRecord,
  observation: StatusObservation,
): string {
  const { schema } = description;
  const one: StatusCase = {
    ...record.one,
    earlier: [],
    allocations: allocationsAt(record.one, record.at_us),
  };
  const planned = planRows([one], origin, () => aroundNow);
  const { shared, cases } = fitRows(description, planned, origin, lookups);
  const [rows] = cases;
  if (rows === undefined) return '';
  const { previous, previous_by } = observation;
  const write = writeStatus(schema, rows.tableId, previous);
  const statements = [
    'BEGIN',
    `SET LOCAL search_path = ${searchPath(schema)}`,
    ...setUpStatements(schema, needed(shared, rows.tables)),
    ...setUpStatements(schema, [...rows.tables, ...rows.own.inserts], rows.own.transitions),
    ...(previous_by === 'write without triggers' ? withoutTriggers(write) : [write]),
    callRefresh(schema, rows.tableId),
    readStatus(schema, rows.tableId),
    'ROLLBACK',
  ];
  return `${header(observation).join('\n')}\n${statements.map((statement) => `${statement};`).join('\n')}\n`;
}

/** Of what several cases share, the capacities that no table of this one has can be left out. */
function needed(shared: readonly Insert[], tables: readonly Insert[]): Insert[] {
  const capacities = new Set(tables.map(({ row }) => row.capacity));
  return shared.filter(({ table, row }) => table !== 'allowed_capacities' || capacities.has(row.capacity));
}

function header(observation: StatusObservation): string[] {
  const { case: id, title, previous, expected, stored, moment, reason } = observation;
  const got = stored ?? `none, ${reason ?? 'nothing was stored'}`;
  return [
    '-- table-stress, status matrix: refresh_table_status against the rule.',
    `-- case ${id}: ${title}`,
    `-- previous status: ${previous}`,
    `-- expected: ${expected.join(' or ')}`,
    `-- got: ${got}`,
    ...(moment === null
      ? []
      : [`-- Seen when a virtual clock stood at ${moment}; here the same windows lie around now().`]),
    '-- Changes nothing: it ends with ROLLBACK. Run it as a whole, with psql or in an SQL editor.',
  ].map((line) => line.replaceAll(/\s+/g, ' '));
}
