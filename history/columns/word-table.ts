import { longer } from './int-pairs.ts';

/** The texts of a history by number, from 1 on, and each once; 0 stands for none. Found by their bytes, without a string. */
export class WordTable {
  /** The number of the last one. */
  count = 0;
  private bytes = new Uint8Array(1 << 16);
  /** Where the bytes of each begin; those of the last one end where the next will begin. */
  private starts = new Int32Array(1 << 10);
  private hashes = new Int32Array(1 << 10);
  private slots = new Int32Array(1 << 12);
  private readonly texts: (string | undefined)[] = [];
  /** Whether each is an id: 0 not known yet, 1 no, 2 yes. */
  private ids = new Uint8Array(1 << 10);

  /** The number of a text that stands in UTF-8 between two places. */
  add(source: Uint8Array, from: number, to: number): number {
    return this.addHashed(source, from, to, hashOf(source, from, to));
  }

  /** The same, where the bytes have been mixed already, see `mixed`. */
  addHashed(source: Uint8Array, from: number, to: number, hash: number): number {
    const found = this.look(source, from, to, hash);
    return found > 0 ? found : this.append(source, from, to, hash, -found);
  }

  addText(text: string): number {
    const bytes = bytesOf(text);
    return this.add(bytes, 0, bytes.length);
  }

  /** 0 when nobody used the text. */
  find(text: string): number {
    const bytes = bytesOf(text);
    return Math.max(0, this.look(bytes, 0, bytes.length, hashOf(bytes, 0, bytes.length)));
  }

  text(word: number): string {
    let text = this.texts[word];
    if (text === undefined) {
      text = textOf(this.bytes.subarray(this.starts[word], this.starts[word + 1]));
      this.texts[word] = text;
    }
    return text;
  }

  /** Null for 0. */
  textOrNull(word: number): string | null {
    return word === 0 ? null : this.text(word);
  }

  isEmpty(word: number): boolean {
    return this.starts[word] === this.starts[word + 1];
  }

  /** Whether it is an id as the plan gives them: hexadecimal digits in lower case, 8-4-4-4-12. */
  isId(word: number): boolean {
    const known = this.ids[word] as number;
    if (known !== 0) return known === 2;
    const is = this.looksLikeId(word);
    this.ids[word] = is ? 2 : 1;
    return is;
  }

  private looksLikeId(word: number): boolean {
    const start = this.starts[word] as number;
    if ((this.starts[word + 1] as number) - start !== 36) return false;
    for (let at = 0; at < 36; at += 1) {
      const byte = this.bytes[start + at] as number;
      const dash = at === 8 || at === 13 || at === 18 || at === 23;
      if (dash ? byte !== 0x2d : !((byte >= 0x30 && byte <= 0x39) || (byte >= 0x61 && byte <= 0x66)))
        return false;
    }
    return true;
  }

  /** All bytes, and where those of each word begin; to add them to another table. */
  get content(): { bytes: Uint8Array; starts: Int32Array } {
    return {
      bytes: this.bytes.slice(0, this.starts[this.count + 1]),
      starts: this.starts.slice(0, this.count + 2),
    };
  }

  /** Adds the words of another table. @returns the number here of each number there */
  addAll({ bytes, starts }: WordTable['content']): Int32Array {
    const numbers = new Int32Array(starts.length - 1);
    for (let word = 1; word < numbers.length; word += 1) {
      numbers[word] = this.add(bytes, starts[word] as number, starts[word + 1] as number);
    }
    return numbers;
  }

  /** The number of the word, or minus the slot where it would go; slot 0 is never used. */
  private look(source: Uint8Array, from: number, to: number, hash: number): number {
    const { slots, hashes } = this;
    const mask = slots.length - 1;
    for (let slot = placeOf(hash) & mask || 1; ; slot = (slot + 1) & mask || 1) {
      const word = slots[slot] as number;
      if (word === 0) return -slot;
      if (hashes[word] === hash && this.holds(word, source, from, to)) return word;
    }
  }

  private holds(word: number, source: Uint8Array, from: number, to: number): boolean {
    const { bytes, starts } = this;
    const start = starts[word] as number;
    if ((starts[word + 1] as number) - start !== to - from) return false;
    for (let at = from, own = start; at < to; at += 1, own += 1) {
      if (bytes[own] !== source[at]) return false;
    }
    return true;
  }

  private append(source: Uint8Array, from: number, to: number, hash: number, slot: number): number {
    this.count += 1;
    const word = this.count;
    if (word + 2 > this.starts.length) {
      this.starts = longer(this.starts);
      this.hashes = longer(this.hashes);
      const ids = new Uint8Array(this.hashes.length);
      ids.set(this.ids);
      this.ids = ids;
    }
    const start = this.starts[word] as number;
    const end = start + to - from;
    if (end > this.bytes.length) {
      const more = new Uint8Array(Math.max(end, this.bytes.length * 2));
      more.set(this.bytes);
      this.bytes = more;
    }
    this.bytes.set(source.subarray(from, to), start);
    this.starts[word + 1] = end;
    this.hashes[word] = hash;
    this.slots[slot] = word;
    if (word * 2 > this.slots.length) this.spread();
    return word;
  }

  private spread(): void {
    this.slots = new Int32Array(this.slots.length * 4);
    const mask = this.slots.length - 1;
    for (let word = 1; word <= this.count; word += 1) {
      let slot = placeOf(this.hashes[word] as number) & mask || 1;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask || 1;
      this.slots[slot] = word;
    }
  }
}

/** One more byte in the hash of those before it, which begins with 0. */
export function mixed(hash: number, byte: number): number {
  return Math.imul(hash ^ byte, 0x01000193);
}

function hashOf(source: Uint8Array, from: number, to: number): number {
  let hash = 0;
  for (let at = from; at < to; at += 1) hash = mixed(hash, source[at] as number);
  return hash;
}

/** Where to look first: the low bits alone follow from the last bytes. */
function placeOf(hash: number): number {
  return hash ^ (hash >>> 15);
}

/** Before a text that UTF-8 cannot say: halves of a surrogate pair, each of which would become the same character. */
const ESCAPED = '\0';

function bytesOf(text: string): Uint8Array {
  const plain = isWellFormed(text) && !text.startsWith(ESCAPED);
  return Buffer.from(plain ? text : ESCAPED + JSON.stringify(text), 'utf8');
}

function textOf(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  return text.startsWith(ESCAPED) ? (JSON.parse(text.slice(1)) as string) : text;
}

function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
