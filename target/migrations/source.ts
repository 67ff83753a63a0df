/** The text of a migration file. Offsets are in bytes of UTF-8, as PostgreSQL's parser counts them. */
export interface Source {
  readonly bytes: Buffer;
  /** The line of an offset, from 1. */
  lineAt(offset: number): number;
  /** The text of a line, from 1, without the space around it; empty where there is no such line. */
  textOfLine(line: number): string;
}

/**
 * Reads the bytes of a file: UTF-8 with or without a byte order mark, or UTF-16 with one (which PowerShell writes).
 *
 * @throws Error saying what is wrong, for bytes that are no text that PostgreSQL takes.
 */
export function decodeSource(file: Buffer): Source {
  const text = decode(file);
  if (text.includes('\0')) throw new Error('the file holds a zero byte, so it is no SQL text');
  const bytes = Buffer.from(text);
  const starts = [0];
  for (let at = bytes.indexOf(10); at !== -1; at = bytes.indexOf(10, at + 1)) starts.push(at + 1);
  return {
    bytes,
    lineAt(offset) {
      let low = 0;
      let high = starts.length - 1;
      while (low < high) {
        const middle = Math.ceil((low + high) / 2);
        if ((starts[middle] ?? 0) <= offset) low = middle;
        else high = middle - 1;
      }
      return low + 1;
    },
    textOfLine(line) {
      return bytes
        .subarray(starts[line - 1] ?? bytes.length, starts[line] ?? bytes.length)
        .toString()
        .trim();
    },
  };
}

function decode(file: Buffer): string {
  const mark = file.subarray(0, 2).toString('hex');
  const encoding = mark === 'fffe' ? 'utf-16le' : mark === 'feff' ? 'utf-16be' : 'utf-8';
  try {
    // A byte order mark is not part of what the decoder returns.
    return new TextDecoder(encoding, { fatal: true }).decode(file);
  } catch {
    throw new Error(`the file is not valid ${encoding.toUpperCase()} text`);
  }
}

/** How many bytes the first `count` characters of a text take: PostgreSQL reports positions in characters. */
export function bytesOfCharacters(text: string, count: number): number {
  let units = 0;
  for (let seen = 0; seen < count && units < text.length; seen += 1) {
    units += (text.codePointAt(units) ?? 0) > 0xffff ? 2 : 1;
  }
  return Buffer.byteLength(text.slice(0, units));
}
