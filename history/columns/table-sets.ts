/** Sets of tables that calls name: one table is its own word, several are a number below 0, and each set has one. */
export class TableSets {
  private readonly lists: (readonly number[])[] = [];
  private readonly byText = new Map<string, number>();

  /** @param words of tables, in the order in which a call names them */
  add(words: readonly number[]): number {
    const [only] = words;
    if (words.length === 1 && only !== undefined) return only;
    const text = words.join();
    let number = this.byText.get(text);
    if (number === undefined) {
      this.lists.push([...words]);
      number = -this.lists.length;
      this.byText.set(text, number);
    }
    return number;
  }

  /** The words of a set that is not null. */
  of(set: number): readonly number[] {
    return set > 0 ? [set] : (this.lists[-set - 1] ?? []);
  }

  /** All sets of several tables, from -1 downwards. */
  get all(): readonly (readonly number[])[] {
    return this.lists;
  }
}
