import type postgres from 'postgres';
import { TargetError, UsageError } from '../contracts/errors.ts';
import type { SchemaDescription, TableDescription } from '../contracts/schema-description.ts';
import { type FilledRows, fillRows } from '../seed/fill.ts';
import type { CaseRows, MatrixRows, RowOrigin, RowSet } from './rows.ts';
import type { Insert } from './statements.ts';

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
 * Fits planned rows to the tables as they really are, by the rules of seeding.
 *
 * @throws UsageError naming required columns that cannot be filled; TargetError naming what the deployment lacks
 */
export async function fitRows(
  sql: postgres.Sql | postgres.TransactionSql,
  description: SchemaDescription,
  planned: MatrixRows,
  origin: RowOrigin,
): Promise<FittedRows> {
  const inserts = [
    ...planned.shared,
    ...planned.cases.flatMap(({ tables, earlier, own }) => [...tables, ...earlier.inserts, ...own.inserts]),
  ];
  const notes: string[] = [];
  const lacking = new Set<string>();
  const fitted = new Map<Insert, Insert>();
  for (const name of new Set(inserts.map(({ table }) => table))) {
    const own = inserts.filter(({ table }) => table === name);
    const table = description.tables.find((candidate) => candidate.name === name);
    if (table === undefined) {
      if (!dispensable.has(name))
        throw new TargetError(`schema ${description.schema} has no table ${name}`, [
          'look at what an application must be like: docs/contract.md',
        ]);
      notes.push(`${name}: not in this deployment, left out`);
      continue;
    }
    const existing = await readExisting(sql, description.schema, table, own[0]?.row ?? {});
    const filled = fill(table, own, { ...origin, existing }, notes);
    if (filled === null) continue;
    refuseWithout(table, filled);
    for (const column of filled.omitted) lacking.add(`${name}.${column}`);
    own.forEach((insert, index) => {
      fitted.set(insert, { table: name, row: filled.rows[index] ?? {} });
    });
  }
  const chosen = (list: readonly Insert[]): Insert[] => list.flatMap((insert) => fitted.get(insert) ?? []);
  const chosenSet = ({ inserts: own, transitions }: RowSet): RowSet => ({
    inserts: chosen(own),
    transitions,
  });
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

function refuseWithout(table: TableDescription, { omitted }: FilledRows): void {
  const missing = essential[table.name]?.filter((column) => omitted.includes(column)) ?? [];
  if (missing.length === 0) return;
  throw new TargetError(`${table.name} has no column ${missing.join(', ')} that can be written`, [
    'look at what an application must be like: docs/contract.md',
  ]);
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

/** A value of each required foreign key that no case plans, for instance a booking type. */
async function readExisting(
  sql: postgres.Sql | postgres.TransactionSql,
  schema: string,
  { columns }: TableDescription,
  planned: Record<string, unknown>,
): Promise<(reference: { table: string; column: string }) => unknown> {
  const values = new Map<string, unknown>();
  for (const { name, references, nullable, hasDefault } of columns) {
    if (references === null || nullable || hasDefault || name in planned) continue;
    const [row] = await sql<{ value: unknown }[]>`
      select ${sql(references.column)} as value from ${sql(schema)}.${sql(references.table)} limit 1`;
    values.set(`${references.table}.${references.column}`, row?.value);
  }
  return ({ table, column }) => values.get(`${table}.${column}`);
}
