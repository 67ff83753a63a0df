import { type FileHandle, open } from 'node:fs/promises';
import { messageOf, UsageError } from '../contracts/errors.ts';

/** Bytes that are read at once. */
const BLOCK = 1 << 20;
const LINE_END = 0x0a;

/** The part of a file to read: lines that begin at or after the first place and before the second, in bytes. */
export interface Range {
  from: number;
  to: number;
}

export const WHOLE: Range = { from: 0, to: Number.POSITIVE_INFINITY };

/**
 * Calls back with whole lines of a file, a block at a time; the bytes are void afterwards. Each line ends with a line end: the
 * last one of the file gets one if it has none, unless it is empty.
 *
 * @param take gets the bytes, how many of them are lines, and where in the file they begin
 * @throws UsageError when the file cannot be read, and whatever `take` throws
 */
export async function forEachBlock(
  file: string,
  range: Range,
  take: (bytes: Uint8Array, length: number, place: number) => void,
): Promise<void> {
  const handle = await attempt(file, () => open(file));
  try {
    await readBlocks(file, handle, range, take);
  } finally {
    await handle.close();
  }
}

async function readBlocks(
  file: string,
  handle: FileHandle,
  { from, to }: Range,
  take: (bytes: Uint8Array, length: number, place: number) => void,
): Promise<void> {
  let bytes = Buffer.allocUnsafe(BLOCK + 1);
  // One byte before, to see whether a line begins at the first place.
  let place = Math.max(0, from - 1);
  let skipping = from > 0;
  let filled = 0;
  for (let ended = false; !ended && place < to; ) {
    if (filled + BLOCK >= bytes.length) {
      const larger = Buffer.allocUnsafe(filled + BLOCK + 1);
      larger.set(bytes.subarray(0, filled));
      bytes = larger;
    }
    const room = bytes;
    const at = place + filled;
    const { bytesRead } = await attempt(file, () => handle.read(room, filled, BLOCK, at));
    filled += bytesRead;
    if (bytesRead === 0) {
      ended = true;
      if (filled > 0) {
        bytes[filled] = LINE_END;
        filled += 1;
      }
    }
    let start = 0;
    if (skipping) {
      start = bytes.subarray(0, filled).indexOf(LINE_END) + 1;
      if (start === 0) continue;
      skipping = false;
    }
    let end = bytes.subarray(0, filled).lastIndexOf(LINE_END) + 1;
    // Of the lines that begin before the end of the range, the last one may go beyond it.
    if (place + end >= to) end = bytes.subarray(0, filled).indexOf(LINE_END, Math.max(0, to - place - 1)) + 1;
    if (end > start) take(start === 0 ? bytes : bytes.subarray(start), end - start, place + start);
    const used = Math.max(start, end);
    bytes.copyWithin(0, used, filled);
    filled -= used;
    place += used;
  }
}

async function attempt<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    throw new UsageError(`${file}: cannot be read (${messageOf(error)})`, [], error);
  }
}
