/** Who has which table for which window at one moment of an order: by booking and table, and by table. */
export class Claims {
  /** Of each pair of booking and table, the number of its window; 0: it has none. */
  private readonly windows: Int32Array;
  /** The pairs that have each table, by the table's word. */
  private readonly onTable: (number[] | undefined)[] = [];

  constructor(pairs: number) {
    this.windows = new Int32Array(pairs);
  }

  windowOf(pair: number): number {
    return this.windows[pair] as number;
  }

  on(table: number): readonly number[] {
    return this.onTable[table] ?? NONE;
  }

  put(pair: number, table: number, window: number): void {
    if (this.windows[pair] === 0) {
      const list = this.onTable[table];
      if (list) list.push(pair);
      else this.onTable[table] = [pair];
    }
    this.windows[pair] = window;
  }

  take(pair: number, table: number): void {
    if (this.windows[pair] === 0) return;
    this.windows[pair] = 0;
    const list = this.onTable[table] as number[];
    const last = list.pop() as number;
    if (last !== pair) list[list.indexOf(pair)] = last;
  }
}

const NONE: readonly number[] = [];
