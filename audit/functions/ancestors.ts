import type { ForeignKey } from '../deployment/deployment.ts';

/** The tables whose rows a row determines by its foreign keys, over several steps. */
export class Ancestors {
  readonly #parents = new Map<number, Set<number>>();
  readonly #known = new Map<number, ReadonlySet<number>>();

  constructor(foreignKeys: readonly ForeignKey[]) {
    for (const { child, parent } of foreignKeys) {
      this.#parents.set(child, (this.#parents.get(child) ?? new Set()).add(parent));
    }
  }

  of(relation: number): ReadonlySet<number> {
    let found = this.#known.get(relation);
    if (found === undefined) {
      const all = new Set(this.#parents.get(relation));
      for (const each of all) for (const parent of this.#parents.get(each) ?? []) all.add(parent);
      found = all;
      this.#known.set(relation, found);
    }
    return found;
  }
}
