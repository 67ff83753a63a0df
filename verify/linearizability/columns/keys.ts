import { F } from '../../../history/columns/columns.ts';
import { IntPairs } from '../../../history/columns/int-pairs.ts';
import type { OrderInput } from './input.ts';
import { Kind } from './kind.ts';

/** The idempotency keys of bookings that several calls share, or of which a call was told that it was used: see `Facts.use`. */
export class Keys {
  private readonly input: OrderInput;
  private readonly pairs = new IntPairs();
  private readonly uses: number[] = [];
  /** By booking, the keys that several calls share, each with the sets of tables asked for under it. */
  private readonly shared = new Map<number, { key: number; sets: Set<number> }[]>();

  constructor(input: OrderInput, rows: Int32Array) {
    this.input = input;
    const { booking, key, f } = input.columns;
    const isKeyed = (row: number): boolean => key[row] !== 0 && f[row] === F.assign;
    for (const row of rows) {
      if (!isKeyed(row)) continue;
      const number = this.pairs.add(booking[row] as number, key[row] as number);
      this.uses[number] = (this.uses[number] ?? 0) + 1;
    }
    for (const row of rows) if (isKeyed(row)) this.learn(row);
  }

  /** The key that the order of this call and others depends on; -1: none. */
  remembered(row: number, kind: number): number {
    const { booking, key } = this.input.columns;
    if (key[row] === 0) return -1;
    const number = this.pairs.find(booking[row] as number, key[row] as number);
    return kind === Kind.reused || (this.uses[number] ?? 0) > 1 ? number : -1;
  }

  /** The shared keys of a booking under which one of these tables was asked for. */
  under(whose: number, tables: readonly number[], tablesOf: (set: number) => readonly number[]): number[] {
    const shared = this.shared.get(whose) ?? [];
    return shared.flatMap(({ key, sets }) =>
      [...sets].some((set) => tablesOf(set).some((table) => tables.includes(table))) ? [key] : [],
    );
  }

  private learn(row: number): void {
    const { booking, key, tables } = this.input.columns;
    const whose = booking[row] as number;
    const number = this.pairs.find(whose, key[row] as number);
    if ((this.uses[number] ?? 0) < 2) return;
    const list = this.shared.get(whose) ?? [];
    this.shared.set(whose, list);
    let known = list.find((each) => each.key === number);
    if (!known) {
      known = { key: number, sets: new Set() };
      list.push(known);
    }
    known.sets.add(tables[row] as number);
  }
}
