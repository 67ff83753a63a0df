import { forEachBlock, WHOLE } from '../blocks.ts';
import { textOf } from '../lines.ts';
import { LineReader } from './line-reader.ts';
import { makeRoom, type Recorded } from './recorded.ts';

const LINE_END = 0x0a;

/** What to do with the lines of a file besides filling the columns. */
export interface LineTaker {
  /** A record was read into the row of which the number is the count of records; it is taken once it is counted. */
  record(number: number): void;
  /** A line of another kind, or an unusual one. */
  other(line: string, number: number): void;
}

/**
 * Reads a file line by line, from its first one on. Records of the usual form are read from their bytes.
 *
 * @param run null: every record is for others to read
 * @throws UsageError when the file cannot be read, and whatever the taker throws
 */
export async function readLines(
  file: string,
  recorded: Recorded,
  run: string | null,
  taker: LineTaker,
): Promise<void> {
  const reader = run === null ? null : new LineReader(recorded, run);
  let number = 0;
  await forEachBlock(file, WHOLE, (bytes, length) => {
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
}
