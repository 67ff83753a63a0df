import { mixed, type WordTable } from './word-table.ts';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DIGIT_0 = 0x30;
const DIGIT_9 = 0x39;
const NULL = Buffer.from('null');
/** So many digits are a whole number that a double can tell from its neighbours. */
const DIGITS = 15;

/**
 * Reads JSON from bytes in the one spelling that histories are full of: without spaces, escapes, or characters beyond ASCII.
 * Every method that finds something else returns -1 or false; then nobody knows where it stands.
 */
export class Cursor {
  at = 0;
  private bytes: Uint8Array = new Uint8Array();
  private readonly words: WordTable;

  constructor(words: WordTable) {
    this.words = words;
  }

  moveTo(bytes: Uint8Array, at: number): void {
    this.bytes = bytes;
    this.at = at;
  }

  /** Steps over these bytes if they are there; else stays. */
  skip(expected: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let index = 0; index < expected.length; index += 1) {
      if (bytes[at + index] !== expected[index]) return false;
    }
    this.at = at + expected.length;
    return true;
  }

  /** Steps over one byte if it is there. */
  skipByte(byte: number): boolean {
    if (this.bytes[this.at] !== byte) return false;
    this.at += 1;
    return true;
  }

  peek(): number {
    return this.bytes[this.at] ?? -1;
  }

  /** A whole number from 0. */
  count(): number {
    const { bytes } = this;
    const start = this.at;
    let { at } = this;
    let value = 0;
    for (; ; at += 1) {
      const byte = bytes[at] as number;
      if (!(byte >= DIGIT_0 && byte <= DIGIT_9)) break;
      value = value * 10 + byte - DIGIT_0;
    }
    this.at = at;
    const digits = at - start;
    return digits === 0 || digits > DIGITS || (digits > 1 && bytes[start] === DIGIT_0) ? -1 : value;
  }

  /** The word of a text in quotes. */
  word(): number {
    const { bytes } = this;
    if (bytes[this.at] !== QUOTE) return -1;
    const start = this.at + 1;
    let at = start;
    let hash = 0;
    for (; ; at += 1) {
      const byte = bytes[at] as number;
      if (byte === QUOTE) break;
      if (!(byte >= 0x20 && byte < 0x80) || byte === BACKSLASH) return -1;
      hash = mixed(hash, byte);
    }
    this.at = at + 1;
    return this.words.addHashed(bytes, start, at, hash);
  }

  /** The word of an id. */
  id(): number {
    const word = this.word();
    return word > 0 && this.words.isId(word) ? word : -1;
  }

  /** The word of a text, 0 for null. */
  wordOrNull(): number {
    return this.skip(NULL) ? 0 : this.word();
  }

  /** The word of what stands from a place up to here. */
  wordSince(start: number): number {
    return this.words.add(this.bytes, start, this.at);
  }
}
