import type { Operation } from '../operation.ts';
import { type ColumnName, type Columns, columnNames, makeColumns } from './columns.ts';
import { fillRow } from './fill-row.ts';
import { TableSets } from './table-sets.ts';
import { WordTable } from './word-table.ts';

/** The operations of a run as columns, a row each, in their order. */
export interface Recorded {
  count: number;
  columns: Columns;
  words: WordTable;
  sets: TableSets;
  /** Records of which the columns do not hold everything, by row. */
  others: Map<number, Operation>;
}

export function emptyRecorded(rows: number): Recorded {
  return {
    count: 0,
    columns: makeColumns(rows),
    words: new WordTable(),
    sets: new TableSets(),
    others: new Map(),
  };
}

/** Makes room for another row, or for so many. */
export function makeRoom({ columns, count }: Recorded, rows = 1): void {
  if (count + rows <= columns.t0.length) return;
  const more = makeColumns(Math.max(16, count * 2, count + rows));
  const grown = columns as Record<ColumnName, Columns[ColumnName]>;
  for (const name of columnNames) {
    more[name].set(columns[name]);
    grown[name] = more[name];
  }
}

const known = new WeakMap<readonly Operation[], Recorded>();

/** The columns of operations: those that they were read into, or else new ones, the same ones each time. */
export function recordedOf(operations: readonly Operation[]): Recorded {
  let recorded = known.get(operations);
  if (!recorded || recorded.count !== operations.length) {
    recorded = emptyRecorded(operations.length);
    for (const [row, operation] of operations.entries()) {
      fillRow(recorded, row, operation);
      recorded.others.set(row, operation);
    }
    recorded.count = operations.length;
    known.set(operations, recorded);
  }
  return recorded;
}

/** Says that these operations are what those columns hold. */
export function remember(operations: readonly Operation[], recorded: Recorded): void {
  known.set(operations, recorded);
}
