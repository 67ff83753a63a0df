import type { Relation, Routine } from '../deployment/deployment.ts';
import { entitiesOf, takesAdvisoryLock } from './advisory.ts';
import { Ancestors } from './ancestors.ts';
import { HeldLocks, type SharedHold, type Site } from './held-locks.ts';
import type { Program } from './program.ts';
import type { RowLock, Step } from './steps.ts';

/** A row lock that two transactions can both have been let pass, and that each then asks for more strongly. */
export interface Upgrade {
  readonly parent: Relation;
  readonly hold: SharedHold;
  readonly strength: RowLock;
  readonly site: Site;
  /** How it comes there: the call or statement that begins, and what that runs. */
  readonly path: readonly string[];
}

/** What a transaction may begin with. */
export interface Entry {
  readonly name: string;
  readonly routine: Routine | null;
  readonly steps: readonly Step[];
}

/** So many steps are followed from one entry. Real applications need some thousands. */
const STEPS = 100_000;

export interface Upgrades {
  readonly found: readonly Upgrade[];
  /** Entries that would have taken too many steps. */
  readonly unfinished: readonly string[];
}

/**
 * Follows every entry through calls, triggers, branches and loops, and finds where a lock is upgraded: a foreign key (or
 * FOR SHARE) has locked a row in a way that others can have too, and then the row is locked FOR UPDATE. Two
 * transactions that both hold the first lock wait for each other.
 */
export function findUpgrades(program: Program, entries: readonly Entry[]): Upgrades {
  const ancestors = new Ancestors(program.deployment.foreignKeys);
  const found = new Map<string, Upgrade>();
  const unfinished: string[] = [];
  for (const entry of entries) {
    const walk = new Walk(program, ancestors, entry.name);
    walk.steps(entry.steps, new HeldLocks(), entry.routine);
    if (walk.left <= 0) unfinished.push(entry.name);
    for (const upgrade of walk.found) {
      const { site, parent } = upgrade;
      const key = `${site.routine?.oid ?? entry.name} ${site.line} ${parent.oid}`;
      const known = found.get(key);
      if (known === undefined || upgrade.path.length < known.path.length) found.set(key, upgrade);
    }
  }
  return { found: [...found.values()], unfinished };
}

/** Where a sequence of steps may end: behind its last step, by RETURN, or out of a loop; null: in no case. */
interface Ends {
  next: HeldLocks | null;
  returned: HeldLocks[];
  leftLoop: HeldLocks[];
}

class Walk {
  readonly found: Upgrade[] = [];
  left = STEPS;
  readonly #program: Program;
  readonly #ancestors: Ancestors;
  readonly #path: string[];
  readonly #running = new Set<number>();
  readonly #done = new Map<string, HeldLocks | null>();

  constructor(program: Program, ancestors: Ancestors, entry: string) {
    this.#program = program;
    this.#ancestors = ancestors;
    this.#path = [entry];
  }

  steps(steps: readonly Step[], held: HeldLocks, within: Routine | null): Ends {
    const ends: Ends = { next: held, returned: [], leftLoop: [] };
    for (const step of steps) {
      if (ends.next === null || this.left <= 0) break;
      this.left -= 1;
      this.#step(step, ends.next, within, ends);
    }
    return ends;
  }

  #step(step: Step, held: HeldLocks, within: Routine | null, ends: Ends): void {
    switch (step.kind) {
      case 'row lock':
        ends.next = this.#lockRows(step, held, within);
        break;
      case 'write':
        ends.next = this.#write(step, held, within);
        break;
      case 'call':
        ends.next = this.#call(step, held, within);
        break;
      case 'choice':
        this.#choose(step.branches, held, within, ends);
        break;
      case 'loop':
        this.#loop(step.body, held, within, ends);
        break;
      case 'leave':
        if (step.by === 'return') ends.returned.push(held);
        if (step.by === 'loop') ends.leftLoop.push(held);
        ends.next = null;
    }
  }

  #choose(branches: readonly (readonly Step[])[], held: HeldLocks, within: Routine | null, ends: Ends): void {
    const after: HeldLocks[] = [];
    for (const branch of branches) {
      const { next, returned, leftLoop } = this.steps(branch, held, within);
      if (next !== null) after.push(next);
      ends.returned.push(...returned);
      ends.leftLoop.push(...leftLoop);
    }
    ends.next = HeldLocks.join(after);
  }

  /** Twice, for what one round leaves to the next. That it may be run not even once is left out. */
  #loop(body: readonly Step[], held: HeldLocks, within: Routine | null, ends: Ends): void {
    let state: HeldLocks | null = held;
    const after: HeldLocks[] = [];
    for (let round = 0; round < 2 && state !== null; round += 1) {
      const { next, returned, leftLoop }: Ends = this.steps(body, state, within);
      ends.returned.push(...returned);
      after.push(...leftLoop);
      state = next === null ? HeldLocks.join(leftLoop) : next;
    }
    ends.next = HeldLocks.join(state === null ? after : [...after, state]);
  }

  #lockRows(step: Extract<Step, { kind: 'row lock' }>, held: HeldLocks, within: Routine | null): HeldLocks {
    const relation = this.#program.relation(step.relation, within);
    if (relation === undefined) return held;
    const { strength, line } = step;
    const site = { routine: within, line };
    if (strength === 'share' || strength === 'key share') {
      return held.withShared(relation.oid, { site, child: null, strength }, this.#ancestors);
    }
    this.#ask(relation, strength, site, held);
    return held.withExclusive(relation.oid);
  }

  #ask(parent: Relation, strength: RowLock, site: Site, held: HeldLocks): void {
    const hold = held.shared.get(parent.oid);
    if (hold === undefined || held.exclusive.has(parent.oid)) return;
    // FOR NO KEY UPDATE does not wait for the lock of a foreign key.
    if (strength === 'no key update' && hold.strength === 'key share') return;
    this.found.push({ parent, hold, strength, site, path: [...this.#path] });
  }

  #write(step: Extract<Step, { kind: 'write' }>, before: HeldLocks, within: Routine | null): HeldLocks {
    const relation = this.#program.relation(step.relation, within);
    if (relation === undefined) return before;
    const { action, columns, line } = step;
    const site = { routine: within, line };
    let held = this.#fire(relation, step, 'before', before);
    if (action === 'update') this.#ask(relation, 'no key update', site, held);
    for (const key of this.#program.keysChecked(relation, step)) {
      const hold: SharedHold = { site, child: relation, strength: 'key share' };
      held = held.withShared(key.parent, hold, this.#ancestors);
    }
    if (action === 'insert' || action === 'update' || action === 'delete')
      held = held.withExclusive(relation.oid);
    return this.#fire(relation, { action, columns }, 'after', held);
  }

  #fire(
    relation: Relation,
    { action, columns }: Pick<Extract<Step, { kind: 'write' }>, 'action' | 'columns'>,
    timing: 'before' | 'after',
    held: HeldLocks,
  ): HeldLocks {
    let state = held;
    for (const trigger of this.#program.triggersFiredBy(relation, action, columns)) {
      const routine = this.#program.routineByOid(trigger.routine);
      if (trigger.timing !== timing || routine === undefined) continue;
      const after = this.#run(routine, state, `trigger ${trigger.name} on ${relation.name}`);
      const ways = trigger.conditional || after === null ? [state, after] : [after];
      state = HeldLocks.join(ways.filter((each) => each !== null)) ?? state;
    }
    return state;
  }

  #call(step: Extract<Step, { kind: 'call' }>, held: HeldLocks, within: Routine | null): HeldLocks | null {
    if (takesAdvisoryLock(step)) {
      const body = within === null ? [] : this.#program.body(within);
      const entities = entitiesOf(step.inputs, within, body, this.#program.deployment.foreignKeys);
      return entities === null ? held : held.withAdvisory(entities);
    }
    const routines = this.#program.called(step, within);
    if (routines.length === 0) return held;
    const after = routines.map((routine) => this.#run(routine, held, `${routine.schema}.${routine.name}`));
    return HeldLocks.join(after.filter((each) => each !== null));
  }

  /** @returns the locks afterwards; null when it always fails */
  #run(routine: Routine, held: HeldLocks, name: string): HeldLocks | null {
    if (this.#running.has(routine.oid)) return held;
    const key = `${routine.oid} ${held.key}`;
    const known = this.#done.get(key);
    if (known !== undefined) return known;
    this.#running.add(routine.oid);
    this.#path.push(name);
    const { next, returned } = this.steps(this.#program.body(routine), held, routine);
    this.#path.pop();
    this.#running.delete(routine.oid);
    const after = HeldLocks.join(next === null ? returned : [...returned, next]);
    this.#done.set(key, after);
    return after;
  }
}
