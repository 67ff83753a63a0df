import { forEachBlock, WHOLE } from './blocks.ts';

const LINE_END = 0x0a;

/**
 * Calls back with each line of a file, a block at a time. Line ends are not part of a line; what follows the last one is a
 * line unless it is empty.
 *
 * @throws UsageError when the file cannot be read, and whatever `take` throws
 */
export async function forEachLine(file: string, take: (line: string) => void): Promise<void> {
  await forEachBlock(file, WHOLE, (bytes, length) => {
    for (let from = 0; from < length; ) {
      const to = bytes.indexOf(LINE_END, from);
      take(textOf(bytes, from, to));
      from = to + 1;
    }
  });
}

/** The text that stands in UTF-8 between two places. */
export function textOf(bytes: Uint8Array, from: number, to: number): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset + from, to - from).toString('utf8');
}
