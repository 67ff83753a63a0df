import {
  type OperationName,
  type OperationType,
  operationNames,
  operationTypes,
  type ResultClass,
  resultClasses,
} from '../operation.ts';

/** What a call answered, besides its class. */
export const Answer = {
  /** Nothing. */
  none: 0,
  /** An error: `answer` is its message. */
  error: 1,
  /** Rows: one for each of the tables `answered`, all with one window and one merge group `answer`. */
  rows: 2,
  /** The tables `answered`. */
  tables: 3,
  /** The status `answer` of the one table `answered`. */
  status: 4,
  /** Something else: only the record itself says what. */
  other: 5,
} as const;

const doubles = ['t0', 't1', 'process', 'index', 'scheduled'] as const;
const integers = [
  'runner',
  'scenario',
  'code',
  'http',
  'retry',
  'booking',
  'tables',
  'key',
  'start',
  'end',
  'answered',
  'answeredStart',
  'answeredEnd',
  'answer',
  'details',
  'hint',
  'round',
  'slot',
  'expect',
] as const;
const bytes = ['f', 'type', 'class', 'flags', 'kind'] as const;

/** Flags of a call. */
export const REQUIRES_ADJACENCY = 1;
/** It has a round; then `round`, `slot` and `scheduled` say which. */
export const HAS_ROUND = 2;

type Doubles = Record<(typeof doubles)[number], Float64Array>;
type Integers = Record<(typeof integers)[number], Int32Array>;
type Bytes = Record<(typeof bytes)[number], Uint8Array>;

/**
 * Records as columns of numbers, a row each, in memory that threads can share. Texts are words, see `WordTable`; 0: none.
 * `tables` and `answered` are one table's word, or -1 minus the number of a set of several; 0: null. `f`, `type` and `class`
 * are places in the lists of their names. What a column says nothing of is 0.
 */
export type Columns = Doubles & Integers & Bytes;

export type ColumnName = keyof Columns;
export const columnNames: readonly ColumnName[] = [...doubles, ...integers, ...bytes];

/** Memory for so many rows; what is not written to takes none. */
export function makeColumns(rows: number): Columns {
  const columns: Partial<Record<ColumnName, Columns[ColumnName]>> = {};
  for (const name of doubles) columns[name] = new Float64Array(new SharedArrayBuffer(rows * 8));
  for (const name of integers) columns[name] = new Int32Array(new SharedArrayBuffer(rows * 4));
  for (const name of bytes) columns[name] = new Uint8Array(new SharedArrayBuffer(rows));
  return columns as Columns;
}

export const F: Readonly<Record<OperationName, number>> = places(operationNames);
export const Type: Readonly<Record<OperationType, number>> = places(operationTypes);
export const Class: Readonly<Record<ResultClass, number>> = places(resultClasses);

function places<N extends string>(names: readonly N[]): Record<N, number> {
  return Object.fromEntries(names.map((name, place) => [name, place])) as Record<N, number>;
}
