import type { Relation, Routine } from '../deployment/deployment.ts';
import { sharedKeyOf } from './advisory.ts';
import type { Ancestors } from './ancestors.ts';

/** A place in a routine's body; routine null: the statement of a caller. */
export interface Site {
  readonly routine: Routine | null;
  readonly line: number;
}

/** How a row that others may lock as well came to be locked. */
export interface SharedHold {
  readonly site: Site;
  /** The table that was written, for the lock of a foreign key; null for an explicit one. */
  readonly child: Relation | null;
  readonly strength: 'key share' | 'share';
}

/**
 * The locks that a transaction has at one moment, by table. Which rows they are of is not known: the locks of one
 * table are taken for locks of the same row.
 */
export class HeldLocks {
  /** Tables with rows that are locked in a way that several transactions can have at once. */
  readonly shared: ReadonlyMap<number, SharedHold>;
  /** Tables with rows that certainly nobody else has locked so: by an update, FOR UPDATE, or because they are new. */
  readonly exclusive: ReadonlySet<number>;
  /** Advisory locks, each as the tables whose rows its key is made of. */
  readonly advisory: ReadonlySet<string>;

  constructor(
    shared: HeldLocks['shared'] = new Map(),
    exclusive: HeldLocks['exclusive'] = new Set(),
    advisory: HeldLocks['advisory'] = new Set(),
  ) {
    this.shared = shared;
    this.exclusive = exclusive;
    this.advisory = advisory;
  }

  /** For comparing: the same text for the same locks. */
  get key(): string {
    return [[...this.shared.keys()].sort(), [...this.exclusive].sort(), [...this.advisory].sort()].join('|');
  }

  withExclusive(relation: number): HeldLocks {
    return new HeldLocks(this.shared, new Set(this.exclusive).add(relation), this.advisory);
  }

  withAdvisory(entities: readonly number[]): HeldLocks {
    return new HeldLocks(this.shared, this.exclusive, new Set(this.advisory).add(sharedKeyOf(entities)));
  }

  /**
   * Adds a lock that others can have too, unless they cannot come that far: whoever gets to the same row has to pass
   * a lock first that only one at a time can have.
   */
  withShared(relation: number, hold: SharedHold, ancestors: Ancestors): HeldLocks {
    const before = this.shared.get(relation);
    const known = before !== undefined && (before.strength === 'share' || hold.strength === 'key share');
    if (known || this.#guards(relation, ancestors)) return this;
    return new HeldLocks(new Map(this.shared).set(relation, hold), this.exclusive, this.advisory);
  }

  /** A lock of the row itself, or of one that the row determines: its parent, or its parent's parent. */
  #guards(relation: number, ancestors: Ancestors): boolean {
    const determined = ancestors.of(relation);
    const isDetermined = (each: number): boolean => each === relation || determined.has(each);
    if ([...this.exclusive].some(isDetermined)) return true;
    return [...this.advisory].some((key) => key.split(' ').filter(Boolean).map(Number).every(isDetermined));
  }

  /** What is certain after one of several ways, and what is possible after any of them. */
  static join(states: readonly HeldLocks[]): HeldLocks | null {
    const [first, ...rest] = states;
    if (first === undefined) return null;
    return rest.reduce(
      (joined, each) =>
        new HeldLocks(
          new Map([...each.shared, ...joined.shared]),
          new Set([...joined.exclusive].filter((relation) => each.exclusive.has(relation))),
          new Set([...joined.advisory].filter((key) => each.advisory.has(key))),
        ),
      first,
    );
  }
}
