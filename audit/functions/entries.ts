import { coreFunctions, coreTables } from '../core-functions.ts';
import type { Routine } from '../deployment/deployment.ts';
import type { Program } from './program.ts';
import { allSteps } from './steps.ts';
import type { Entry } from './upgrades.ts';

/**
 * What a transaction of the audited schema may begin with: the core functions first, then functions that no other one
 * calls, then a statement on each table with triggers.
 */
export function entriesOf(program: Program): Entry[] {
  const { routines, schema } = program.deployment;
  const own = routines.filter((each) => each.schema === schema && !each.isTrigger);
  const called = new Set(routines.flatMap((each) => calledBy(program, each)));
  const isCore = (each: Routine): boolean => (coreFunctions as readonly string[]).includes(each.name);
  const begin = [...own.filter(isCore), ...own.filter((each) => !isCore(each) && !called.has(each))];
  return [
    ...begin.map((routine) => ({ name: nameOf(routine), routine, steps: program.body(routine) })),
    ...statements(program),
  ];
}

/** Routines that a run of the core functions, or a write to a core table, may reach. */
export function coreRoutines(program: Program): Set<Routine> {
  const { deployment } = program;
  const { schema } = deployment;
  const isCore = (each: Routine): boolean =>
    each.schema === schema && (coreFunctions as readonly string[]).includes(each.name);
  const triggers = deployment.triggers.filter(({ relation, enabled }) => {
    const table = program.relationByOid(relation);
    return enabled && table?.schema === schema && (coreTables as readonly string[]).includes(table.name);
  });
  const begin = [
    ...deployment.routines.filter(isCore),
    ...triggers.flatMap(({ routine }) => program.routineByOid(routine) ?? []),
  ];
  return new Set(begin.flatMap((each) => [...program.reachable(each)]));
}

function calledBy(program: Program, caller: Routine): Routine[] {
  return [...allSteps(program.body(caller))].flatMap((step) =>
    step.kind === 'call' ? program.called(step, caller).filter((each) => each !== caller) : [],
  );
}

/** Statements that anybody may send to a table with triggers of its own. */
function statements({ deployment }: Program): Entry[] {
  const { schema, relations, triggers } = deployment;
  const tables = relations.filter(
    (each) => each.schema === schema && triggers.some(({ relation }) => relation === each.oid),
  );
  const actions = ['insert', 'update', 'delete'] as const;
  const words = { insert: 'insert into', update: 'update', delete: 'delete from' };
  return tables.flatMap(({ name }) =>
    actions.map((action) => ({
      name: `${words[action]} ${name}`,
      routine: null,
      steps: [{ kind: 'write' as const, action, relation: { schema, name }, columns: null, line: 0 }],
    })),
  );
}

function nameOf({ schema, name }: Routine): string {
  return `${schema}.${name}`;
}
