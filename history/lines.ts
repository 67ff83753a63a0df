import { createReadStream } from 'node:fs';
import { messageOf, UsageError } from '../contracts/errors.ts';

/** Bytes that are read at once. */
const BLOCK = 1 << 20;
const LINE_END = 0x0a;

/**
 * Calls back with each line of a file, a block at a time. Line ends are not part of a line; what follows the last one is a
 * line unless it is empty.
 *
 * @throws UsageError when the file cannot be read, and whatever `take` throws
 */
export async function forEachLine(file: string, take: (line: string) => void): Promise<void> {
  let rest: Buffer | null = null;
  for await (const block of blocksOf(file)) {
    const bytes: Buffer = rest ? Buffer.concat([rest, block]) : block;
    let from = 0;
    for (let to = bytes.indexOf(LINE_END); to !== -1; to = bytes.indexOf(LINE_END, from)) {
      take(bytes.toString('utf8', from, to));
      from = to + 1;
    }
    rest = from < bytes.length ? bytes.subarray(from) : null;
  }
  if (rest) take(rest.toString('utf8'));
}

/** Not by `readline`, which leaves the errors of its input to nobody. */
async function* blocksOf(file: string): AsyncGenerator<Buffer> {
  try {
    yield* createReadStream(file, { highWaterMark: BLOCK }) as AsyncIterable<Buffer>;
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${messageOf(error)})`, [], error);
  }
}
