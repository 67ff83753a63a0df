import { forEachBlock, type Range, WHOLE } from '../blocks.ts';
import { textOf } from '../lines.ts';
import type { Thread } from '../threads/thread.ts';
import { LineReader } from './line-reader.ts';
import { RangeCopy, type RangeToRead, type ReadRange } from './read-range.ts';
import { makeRoom, type Recorded } from './recorded.ts';

const LINE_END = 0x0a;

/** What to do with the lines of a file besides filling the columns. */
export interface LineTaker {
  /** A record was read into the row of which the number is the count of records; it is taken once it is counted. */
  record(number: number): void;
  /** A line of another kind, or an unusual one. */
  other(line: string, number: number): void;
}

/** The file, how large it is, and who reads half of it. */
export interface FileToRead {
  file: string;
  size: number;
  thread: Thread | null;
}

/**
 * Reads a file line by line, from its first one on. Records of the usual form are read from their bytes; with a thread, the
 * second half of the file there.
 *
 * @param run null: every record is for others to read
 * @throws UsageError when the file cannot be read, and whatever the taker throws
 */
export async function readLines(
  { file, size, thread }: FileToRead,
  recorded: Recorded,
  run: string | null,
  taker: LineTaker,
): Promise<void> {
  const middle = Math.floor(size / 2);
  const second = { from: middle, to: Number.POSITIVE_INFINITY };
  const there =
    thread && run !== null ? readThere(thread, { file, range: { from: middle, to: size }, run }) : null;
  const lines = await readHere(file, there ? { from: 0, to: middle } : WHOLE, recorded, run, taker, 0);
  if (!there) return;
  const read = await there;
  // What a thread cannot read is read here, which says what is wrong.
  if (read) takeRead(read, recorded, taker, lines);
  else await readHere(file, second, recorded, run, taker, lines);
}

async function readThere(thread: Thread, argument: RangeToRead): Promise<ReadRange | null> {
  const module = new URL('./read-range.ts', import.meta.url);
  return thread.run<ReadRange>(module, 'readRange', argument).catch(() => null);
}

/** @returns the number of the last line */
async function readHere(
  file: string,
  range: Range,
  recorded: Recorded,
  run: string | null,
  taker: LineTaker,
  before: number,
): Promise<number> {
  const reader = run === null ? null : new LineReader(recorded, run);
  let number = before;
  await forEachBlock(file, range, (bytes, length) => {
    for (let at = 0; at < length; ) {
      number += 1;
      makeRoom(recorded);
      const next = reader ? reader.read(bytes, at, recorded.count) : -1;
      if (next !== -1) {
        taker.record(number);
        at = next;
        continue;
      }
      const end = bytes.indexOf(LINE_END, at);
      taker.other(textOf(bytes, at, end), number);
      at = end + 1;
    }
  });
  return number;
}

/** Takes what another thread has read, in the order of the lines. */
function takeRead(read: ReadRange, recorded: Recorded, taker: LineTaker, lines: number): void {
  const copy = new RangeCopy(recorded, read);
  let number = lines;
  let row = 0;
  const takeUntil = (end: number): void => {
    makeRoom(recorded, end - row);
    copy.copy(row, end);
    for (; row < end; row += 1) {
      number += 1;
      taker.record(number);
    }
  };
  for (const { before, line } of read.others) {
    takeUntil(before);
    number += 1;
    makeRoom(recorded);
    taker.other(line, number);
  }
  takeUntil(read.count);
}
