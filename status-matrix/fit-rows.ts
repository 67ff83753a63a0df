import { TargetError, UsageError } from '../contracts/errors.ts';
import type { SchemaDescription, TableDescription } from '../contracts/schema-description.ts';
import { type FilledRows, fillRows } from '../seed/fill.ts';
import type { Lookups } from '../seed/lookups.ts';
import type { Insert } from '../sql/statements.ts';
import type { CaseRows, MatrixRows, RowOrigin, RowSet } from './rows.ts';

/** The rows as a deployment takes them. */
export interface FittedRows extends MatrixRows {
  /** Cases for which the deployment has no column, with the reason. */
  impossible: ReadonlyMap<CaseRows, string>;
  /** What was left out, in words. */
  notes: string[];
}

/** Tables that a deployment may lack, or whose rows it may want otherwise: the rule does not look at them. */
const dispensable = new Set(['allowed_capacities', 'booking_table_assignments']);

/** Without these there is no case at all. */
const essential: Readonly<Record<string, readonly string[]>> = {
  table_inventory: ['id', 'status'],
  allocations: ['booking_id', 'resource_type', 'resource_id', 'window'],
};

/**
 * Fits planned rows to the tables as they really are, by the rules of seeding. Pure.
 *
 * @throws UsageError naming required columns that cannot be filled; TargetError naming what the deployment lacks
 */
export function fitRows(
  { schema, tables }: SchemaDescription,
  planned: MatrixRows,
  { tag, seed }: RowOrigin,
  existing: Lookups,
): FittedRows {
  const inserts = [
    ...planned.shared,
    ...planned.cases.flatMap(({ tables: own, earlier, own: rows }) => [
      ...own,
      ...earlier.inserts,
      ...rows.inserts,
    ]),
  ];
  const notes: string[] = [];
  const lacking = new Set<string>();
  const fitted = new Map<Insert, Insert>();
  for (const name of new Set(inserts.map(({ table }) => table))) {
    const own = inserts.filter(({ table }) => table === name);
    const table = tables.find((candidate) => candidate.name === name);
    if (table === undefined) {
      if (!dispensable.has(name)) throw lacks(`schema ${schema} has no table ${name}`);
      notes.push(`${name}: not in this deployment, left out`);
      continue;
    }
    const filled = fill(table, own, { tag, seed, existing }, notes);
    if (filled === null) continue;
    const missing = essential[name]?.filter((column) => filled.omitted.includes(column)) ?? [];
    if (missing.length > 0) throw lacks(`${name} has no column ${missing.join(', ')} that can be written`);
    for (const column of filled.omitted) lacking.add(`${name}.${column}`);
    own.forEach((insert, index) => {
      fitted.set(insert, { table: name, row: filled.rows[index] ?? {} });
    });
  }
  const chosen = (list: readonly Insert[]): Insert[] => list.flatMap((insert) => fitted.get(insert) ?? []);
  const chosenSet = (set: RowSet): RowSet => ({ ...set, inserts: chosen(set.inserts) });
  const cases = planned.cases.map((one) => ({
    ...one,
    tables: chosen(one.tables),
    earlier: chosenSet(one.earlier),
    own: chosenSet(one.own),
  }));
  const impossible = new Map(
    cases.flatMap((one) => {
      const reason = needsColumn(one, lacking);
      return reason === null ? [] : [[one, reason] as const];
    }),
  );
  return { shared: chosen(planned.shared), cases, impossible, notes };
}

const lacks = (message: string): TargetError =>
  new TargetError(message, ['look at what an application must be like: docs/contract.md']);

/** @returns null when the rows can be done without and cannot be filled */
function fill(
  table: TableDescription,
  inserts: readonly Insert[],
  context: Parameters<typeof fillRows>[2],
  notes: string[],
): FilledRows | null {
  try {
    return fillRows(
      table,
      inserts.map(({ row }) => row),
      context,
    );
  } catch (error) {
    if (!(error instanceof UsageError) || !dispensable.has(table.name)) throw error;
    notes.push(`${table.name}: left out, ${error.message.replace(/^seed: /, '')}`);
    return null;
  }
}

/** A column that is left out would make another case of it. */
function needsColumn({ case: one }: CaseRows, lacking: ReadonlySet<string>): string | null {
  const allocations = [...one.earlier, ...one.allocations];
  for (const [column, needed] of [
    ['shadow', allocations.some(({ shadow }) => shadow)],
    ['is_maintenance', allocations.some(({ maintenance }) => maintenance)],
  ] as const) {
    if (needed && lacking.has(`allocations.${column}`)) return `allocations has no column ${column}`;
  }
  return null;
}
