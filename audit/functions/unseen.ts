import type { Routine } from '../deployment/deployment.ts';
import { coreRoutines } from './entries.ts';
import type { Program } from './program.ts';
import { allSteps } from './steps.ts';

/** What cannot be read in the bodies of the audited schema, one sentence each. */
export interface Unseen {
  /** On the paths of assigning tables and refreshing status: there it leaves the answer open. */
  readonly core: readonly string[];
  readonly elsewhere: readonly string[];
}

export function unseenIn(program: Program): Unseen {
  const core = coreRoutines(program);
  const own = program.deployment.routines.filter(({ schema }) => schema === program.deployment.schema);
  const sentences = (routines: readonly Routine[]) => routines.flatMap((each) => unseenOf(program, each));
  return {
    core: sentences([...core]),
    elsewhere: sentences(own.filter((each) => !core.has(each))),
  };
}

function unseenOf(program: Program, routine: Routine): string[] {
  return [...allSteps(program.body(routine))].flatMap((step) => {
    if (step.kind === 'unseen') return [`${routine.signature}, line ${step.line}: ${step.what}`];
    if (step.kind !== 'write' && step.kind !== 'row lock') return [];
    const relation = program.relation(step.relation, routine);
    if (relation === undefined || relation.kind === 'r' || relation.kind === 'p') return [];
    return [`${routine.signature}, line ${step.line}: what happens behind the view ${relation.name}`];
  });
}
