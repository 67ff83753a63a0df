import { type Claimed, Groups, joinOverlapping } from '../parts.ts';
import type { CallColumns } from './calls.ts';
import { Kind } from './kind.ts';

/** The parts of a run, as `Partition` makes them, and of each call whether it rests on a key that others use. */
export interface Parts {
  parts: Int32Array[];
  keyed: Uint8Array;
}

/** Splits the calls into parts of which none can influence another; see `Partition`. */
export function partsOf(calls: CallColumns): Parts {
  const { input, pairs, rows, kinds, keys } = calls;
  const { columns, windows } = input;
  const groups = new Groups();
  const firstOfPair = new Int32Array(pairs.size).fill(-1);
  const firstOfKey = new Map<number, number>();
  const claimed = new Map<number, Claimed>();
  const keyed = new Uint8Array(calls.count);
  const joinPair = (pair: number, call: number): void => {
    const first = firstOfPair[pair] as number;
    if (first === -1) firstOfPair[pair] = call;
    else groups.join(first, call);
  };
  const joinKey = (key: number, call: number): void => {
    keyed[call] = 1;
    const first = firstOfKey.get(key);
    if (first === undefined) firstOfKey.set(key, call);
    else groups.join(first, call);
  };
  for (let call = 0; call < calls.count; call += 1) {
    groups.add();
    const [row, kind] = [rows[call] as number, kinds[call] as number];
    if (kind === Kind.read) {
      joinPair(row, call);
      continue;
    }
    const booking = columns.booking[row] as number;
    if (kind === Kind.given || kind === Kind.perhapsGiven) {
      const asked = calls.pairsAsked(row);
      for (const pair of asked) joinPair(pair, call);
      for (const key of keys.under(
        booking,
        asked.map((pair) => pairs.second(pair)),
        (set) => calls.tables(set),
      )) {
        joinKey(key, call);
      }
      continue;
    }
    const window = windows.ofRow[row] as number;
    for (const table of calls.tables(columns.tables[row] as number)) {
      if (kind === Kind.assigned || kind === Kind.perhapsAssigned) joinPair(pairs.find(booking, table), call);
      const lists = claimed.get(table) ?? { starts: [], ends: [], indexes: [] };
      claimed.set(table, lists);
      lists.starts.push(windows.starts[window] as number);
      lists.ends.push(windows.ends[window] as number);
      lists.indexes.push(call);
    }
    const key = keys.remembered(row, kind);
    if (key !== -1) joinKey(key, call);
  }
  for (const lists of claimed.values()) joinOverlapping(lists, groups);
  return { parts: groups.members(), keyed };
}
