import type { ForeignKey, Routine } from '../deployment/deployment.ts';
import { allSteps, type Step } from './steps.ts';

/** Functions that wait for an advisory lock which only one session at a time can have. */
const exclusiveLocks = ['pg_advisory_xact_lock', 'pg_advisory_lock'];

export function takesAdvisoryLock({ routine: { schema, name } }: Extract<Step, { kind: 'call' }>): boolean {
  return (schema === null || schema === 'pg_catalog') && exclusiveLocks.includes(name);
}

/** The text for an advisory lock whose key is made of the ids of rows of these tables; of none: one for all. */
export function sharedKeyOf(entities: readonly number[]): string {
  return [...new Set(entities)].sort((a, b) => a - b).join(' ');
}

/**
 * Which tables' rows the key of an advisory lock is made of. A variable is taken for the id of a row by its name:
 * `p_restaurant_id` is what foreign keys call `restaurant_id`.
 *
 * @returns null when something else is in the key, as an hour
 */
export function entitiesOf(
  inputs: readonly string[],
  routine: Routine | null,
  body: readonly Step[],
  foreignKeys: readonly ForeignKey[],
): number[] | null {
  const parents = parentsByColumn(foreignKeys);
  const found: number[] = [];
  const seen = new Set<string>();
  const pending = [...inputs];
  for (let input = pending.pop(); input !== undefined; input = pending.pop()) {
    const name = nameOfParameter(input, routine);
    if (seen.has(name)) continue;
    seen.add(name);
    const parent = spellings(name)
      .map((each) => parents.get(each))
      .find((each) => each != null);
    const assigned = parent == null ? assignedTo(name, body) : [];
    if (parent != null) found.push(parent);
    else if (assigned.length > 0) pending.push(...assigned.flatMap((each) => each.inputs));
    else return null;
  }
  return found;
}

/** SQL functions may call a parameter by its place. */
function nameOfParameter(input: string, routine: Routine | null): string {
  const place = /^\$(\d+)$/.exec(input)?.[1];
  return place === undefined ? input : (routine?.parameters[Number(place) - 1] ?? input);
}

function assignedTo(variable: string, body: readonly Step[]) {
  return [...allSteps(body)].filter(
    (step): step is Extract<Step, { kind: 'assign' }> => step.kind === 'assign' && step.variable === variable,
  );
}

/** `p_restaurant_id`, `_restaurant_id`, `v_restaurant`: with and without what stands before it and `_id` behind. */
function spellings(name: string): string[] {
  const bare = name.replace(/^(?:[a-z]{1,3})?_/, '');
  return [name, bare, `${name}_id`, `${bare}_id`];
}

/** The table that foreign keys of this one column refer to; null where they do not agree. */
function parentsByColumn(foreignKeys: readonly ForeignKey[]): Map<string, number | null> {
  const parents = new Map<string, number | null>();
  for (const { columns, parent } of foreignKeys) {
    const [column] = columns;
    if (columns.length !== 1 || column === undefined) continue;
    const known = parents.get(column);
    parents.set(column, known === undefined || known === parent ? parent : null);
  }
  return parents;
}
