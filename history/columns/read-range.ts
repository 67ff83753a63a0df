import { forEachBlock, type Range } from '../blocks.ts';
import { textOf } from '../lines.ts';
import { type ColumnName, type Columns, columnNames } from './columns.ts';
import { LineReader } from './line-reader.ts';
import { emptyRecorded, makeRoom, type Recorded } from './recorded.ts';

const LINE_END = 0x0a;
/** Bytes of a record, at least. */
export const SHORTEST = 200;

export interface RangeToRead {
  file: string;
  range: Range;
  run: string;
}

/** The lines of a part of a file: records of the usual form as columns, the others as they are. */
export interface ReadRange {
  columns: Columns;
  count: number;
  words: Recorded['words']['content'];
  sets: readonly (readonly number[])[];
  /** Lines that are no records of the usual form, each with the number of such records before it. */
  others: { before: number; line: string }[];
}

/** Reads a part of a file, for another thread. */
export async function readRange({ file, range, run }: RangeToRead): Promise<ReadRange> {
  const recorded = emptyRecorded(Math.ceil((range.to - range.from) / SHORTEST) + 16);
  const reader = new LineReader(recorded, run);
  const others: ReadRange['others'] = [];
  await forEachBlock(file, range, (bytes, length) => {
    for (let at = 0; at < length; ) {
      makeRoom(recorded);
      const next = reader.read(bytes, at, recorded.count);
      if (next !== -1) {
        recorded.count += 1;
        at = next;
        continue;
      }
      const end = bytes.indexOf(LINE_END, at);
      others.push({ before: recorded.count, line: textOf(bytes, at, end) });
      at = end + 1;
    }
  });
  const { columns, count, words, sets } = recorded;
  return { columns, count, words: words.content, sets: sets.all, others };
}

/** Columns of which the numbers are words, and those of sets of tables. */
const ofWords: ReadonlySet<ColumnName> = new Set<ColumnName>([
  'runner',
  'scenario',
  'code',
  'booking',
  'key',
  'start',
  'end',
  'answeredStart',
  'answeredEnd',
  'answer',
  'details',
  'hint',
  'slot',
  'expect',
]);
const ofTables: ReadonlySet<ColumnName> = new Set<ColumnName>(['tables', 'answered']);

/** Copies what another thread has read behind the records that were counted so far. */
export class RangeCopy {
  private readonly recorded: Recorded;
  private readonly read: ReadRange;
  private readonly words: Int32Array;
  /** The number here of each set there, from -1 downwards. */
  private readonly sets: number[];

  constructor(recorded: Recorded, read: ReadRange) {
    this.recorded = recorded;
    this.read = read;
    this.words = recorded.words.addAll(read.words);
    this.sets = read.sets.map((set) => recorded.sets.add(set.map((word) => this.words[word] as number)));
  }

  /** Fills the rows after the last record that was counted. */
  copy(from: number, to: number): void {
    const { recorded, read } = this;
    const { count } = recorded;
    for (const name of columnNames) {
      const [source, target] = [read.columns[name], recorded.columns[name]];
      const isWord = ofWords.has(name);
      const isTables = ofTables.has(name);
      for (let row = from; row < to; row += 1) {
        const value = source[row] as number;
        // Memory that is never written to takes none.
        if (value !== 0) target[count + row - from] = isWord || isTables ? this.translated(value) : value;
      }
    }
  }

  private translated(value: number): number {
    return value > 0 ? (this.words[value] as number) : (this.sets[-value - 1] as number);
  }
}
