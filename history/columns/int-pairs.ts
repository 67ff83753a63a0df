/** Numbers pairs of whole numbers from 0, in the order in which they first come; each pair once. */
export class IntPairs {
  /** How many there are. */
  size = 0;
  private firsts = new Int32Array(1024);
  private seconds = new Int32Array(1024);
  /** Number of the pair plus one; 0: free. */
  private slots = new Int32Array(2048);

  /** @returns its number, which is new when it equals the size before */
  add(first: number, second: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = placeOf(first, second) & mask; ; slot = (slot + 1) & mask) {
      const found = (slots[slot] as number) - 1;
      if (found === -1) {
        slots[slot] = this.size + 1;
        return this.append(first, second);
      }
      if (this.firsts[found] === first && this.seconds[found] === second) return found;
    }
  }

  /** @returns -1 when there is no such pair */
  find(first: number, second: number): number {
    const { slots } = this;
    const mask = slots.length - 1;
    for (let slot = placeOf(first, second) & mask; ; slot = (slot + 1) & mask) {
      const found = (slots[slot] as number) - 1;
      if (found === -1) return -1;
      if (this.firsts[found] === first && this.seconds[found] === second) return found;
    }
  }

  first(pair: number): number {
    return this.firsts[pair] as number;
  }

  second(pair: number): number {
    return this.seconds[pair] as number;
  }

  /** The pairs of each first number, in their order; of so many of the pairs. */
  byFirst(count = this.size): Map<number, number[]> {
    const lists = new Map<number, number[]>();
    for (let pair = 0; pair < count; pair += 1) {
      const first = this.first(pair);
      const list = lists.get(first);
      if (list) list.push(pair);
      else lists.set(first, [pair]);
    }
    return lists;
  }

  private append(first: number, second: number): number {
    const pair = this.size;
    if (pair === this.firsts.length) {
      this.firsts = longer(this.firsts);
      this.seconds = longer(this.seconds);
    }
    this.firsts[pair] = first;
    this.seconds[pair] = second;
    this.size += 1;
    if (this.size * 2 > this.slots.length) this.spread();
    return pair;
  }

  private spread(): void {
    this.slots = new Int32Array(this.slots.length * 4);
    const mask = this.slots.length - 1;
    for (let pair = 0; pair < this.size; pair += 1) {
      let slot = placeOf(this.first(pair), this.second(pair)) & mask;
      while (this.slots[slot] !== 0) slot = (slot + 1) & mask;
      this.slots[slot] = pair + 1;
    }
  }
}

function placeOf(first: number, second: number): number {
  const mixed = Math.imul(Math.imul(first, 0x9e3779b1) ^ second, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}

/** The same numbers with as much room again. */
export function longer(numbers: Int32Array): Int32Array<ArrayBuffer> {
  const more = new Int32Array(numbers.length * 2);
  more.set(numbers);
  return more;
}
