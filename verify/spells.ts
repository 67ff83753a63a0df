/** Things that last from one instant to another, found by time: each is looked at only when it may be asked for. */
export class Spells<T> {
  private readonly items: readonly T[];
  private readonly from: Float64Array;
  private readonly to: Float64Array;
  /** The latest end among each and those before it. */
  private readonly latest: Float64Array;
  /** Those that do not end: with them among the others, every one before would have to be looked at. */
  private readonly endless: readonly { item: T; from: number }[];

  /** Both ends belong to a spell. */
  constructor(items: readonly T[], from: (item: T) => number, to: (item: T) => number) {
    const sorted = items.toSorted((a, b) => from(a) - from(b));
    this.items = sorted.filter((item) => to(item) < Number.POSITIVE_INFINITY);
    this.endless = sorted
      .filter((item) => to(item) === Number.POSITIVE_INFINITY)
      .map((item) => ({ item, from: from(item) }));
    this.from = Float64Array.from(this.items, from);
    this.to = Float64Array.from(this.items, to);
    let latest = Number.NEGATIVE_INFINITY;
    this.latest = this.to.map((end) => {
      latest = Math.max(latest, end);
      return latest;
    });
  }

  /** Those that last at some instant from the first to the second, in no particular order. */
  during(first: number, second: number): T[] {
    const found: T[] = [];
    for (const { item, from } of this.endless) {
      if (from > second) break;
      found.push(item);
    }
    const { items, latest, to } = this;
    for (let index = this.begun(second) - 1; index >= 0 && (latest[index] ?? first) >= first; index -= 1) {
      if ((to[index] ?? first) >= first) found.push(items[index] as T);
    }
    return found;
  }

  /** How many begin at or before an instant. */
  private begun(instant: number): number {
    let low = 0;
    let high = this.from.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.from[middle] ?? 0) <= instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
