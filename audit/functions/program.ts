import type {
  Deployment,
  ForeignKey,
  Relation,
  Routine,
  Trigger,
  WriteAction,
} from '../deployment/deployment.ts';
import { readBody } from './read-body.ts';
import { allSteps, type Name, type Step } from './steps.ts';

type Call = Extract<Step, { kind: 'call' }>;
type Write = Extract<Step, { kind: 'write' }>;

/** All functions of a database as one program: what names mean in a body, what it calls, and which triggers fire. */
export class Program {
  readonly deployment: Deployment;
  readonly #bodies = new Map<number, Step[]>();
  readonly #relations: ReadonlyMap<string, Relation>;
  readonly #byOid: ReadonlyMap<number, Relation>;
  readonly #routines = new Map<string, Routine[]>();
  readonly #routineByOid: ReadonlyMap<number, Routine>;

  constructor(deployment: Deployment) {
    this.deployment = deployment;
    const { relations, routines } = deployment;
    this.#relations = new Map(relations.map((each) => [`${each.schema} ${each.name}`, each]));
    this.#byOid = new Map(relations.map((each) => [each.oid, each]));
    this.#routineByOid = new Map(routines.map((each) => [each.oid, each]));
    for (const each of routines) {
      const key = `${each.schema} ${each.name}`;
      this.#routines.set(key, [...(this.#routines.get(key) ?? []), each]);
    }
  }

  body(routine: Routine): Step[] {
    let steps = this.#bodies.get(routine.oid);
    if (steps === undefined) {
      steps = readBody(routine);
      this.#bodies.set(routine.oid, steps);
    }
    return steps;
  }

  relationByOid(oid: number): Relation | undefined {
    return this.#byOid.get(oid);
  }

  routineByOid(oid: number): Routine | undefined {
    return this.#routineByOid.get(oid);
  }

  /** The table or view that a name means in a routine; undefined for temporary and transition tables. */
  relation({ schema, name }: Name, within: Routine | null): Relation | undefined {
    if (schema !== null) return this.#relations.get(`${schema} ${name}`);
    if (within?.isTrigger && this.#isTransitionTable(within, name)) return undefined;
    return this.#firstOnPath(within, (each) => this.#relations.get(`${each} ${name}`));
  }

  /** The overloads that a call may mean; none for PostgreSQL's own functions and those of extensions. */
  called({ routine: { schema, name }, argumentCount }: Call, within: Routine | null): Routine[] {
    const named =
      schema === null
        ? this.#firstOnPath(within, (each) => this.#routines.get(`${each} ${name}`))
        : this.#routines.get(`${schema} ${name}`);
    return (named ?? []).filter(
      (each) =>
        argumentCount >= each.argumentCount - each.defaultCount - (each.variadic ? 1 : 0) &&
        (each.variadic || argumentCount <= each.argumentCount),
    );
  }

  /** The triggers that fire in an ordinary session when a statement writes so. */
  triggersFiredBy(relation: Relation, action: WriteAction, columns: Write['columns']): Trigger[] {
    return this.deployment.triggers.filter(
      (each) =>
        each.relation === relation.oid &&
        each.enabled &&
        each.events.includes(action) &&
        (action !== 'update' ||
          each.columns.length === 0 ||
          columns === null ||
          columns.some((column) => each.columns.includes(column))),
    );
  }

  /** The foreign keys that a write checks at once: each locks the row that it refers to. */
  keysChecked(relation: Relation, { action, columns }: Pick<Write, 'action' | 'columns'>): ForeignKey[] {
    if (action !== 'insert' && action !== 'update') return [];
    return this.deployment.foreignKeys.filter((key) => {
      if (key.child !== relation.oid || key.parent === relation.oid || key.deferred) return false;
      if (columns === null) return true;
      const given = (column: string): boolean =>
        columns.includes(column) ||
        (action === 'insert' && (relation.columns.find(({ name }) => name === column)?.hasDefault ?? false));
      // A key with a null in it is not checked; a changed one is, whichever column changed.
      return action === 'insert' ? key.columns.every(given) : key.columns.some(given);
    });
  }

  /** Everything that a routine may run, itself included: what it calls, and the triggers of what it writes. */
  reachable(start: Routine): Set<Routine> {
    const found = new Set<Routine>([start]);
    for (const routine of found) {
      for (const step of allSteps(this.body(routine))) {
        for (const next of this.#next(step, routine)) found.add(next);
      }
    }
    return found;
  }

  #next(step: Step, within: Routine): Routine[] {
    if (step.kind === 'call') return this.called(step, within);
    if (step.kind !== 'write') return [];
    const relation = this.relation(step.relation, within);
    if (relation === undefined) return [];
    return this.triggersFiredBy(relation, step.action, step.columns).flatMap(
      ({ routine }) => this.routineByOid(routine) ?? [],
    );
  }

  #isTransitionTable(routine: Routine, name: string): boolean {
    return this.deployment.triggers.some(
      (each) => each.routine === routine.oid && each.transitionTables.includes(name),
    );
  }

  #firstOnPath<T>(within: Routine | null, find: (schema: string) => T | undefined): T | undefined {
    const { schema, server } = this.deployment;
    // PostgREST puts the exposed schema before what the role has.
    for (const each of within?.searchPath ?? [schema, ...server.searchPath]) {
      const found = find(each);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
