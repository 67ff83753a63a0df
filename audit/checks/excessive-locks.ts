import type { Check } from '../check.ts';
import type { Routine } from '../deployment/deployment.ts';
import { coreRoutines } from '../functions/entries.ts';
import { type FoundInBodies, linesInSql } from '../functions/lines-in-sql.ts';
import type { Program } from '../functions/program.ts';
import { allSteps, type Step } from '../functions/steps.ts';
import { unseenIn } from '../functions/unseen.ts';

/** Modes of LOCK TABLE that keep others from writing. */
const stopsWriters = ['share', 'share row exclusive', 'exclusive', 'access exclusive'];

/**
 * Looks at the row locks, table locks and advisory locks in the bodies of the functions of the schema, and of those that
 * they reach, read by PostgreSQL's own parser.
 *
 * Proves that a function locks rows FOR UPDATE which foreign keys of other tables refer to, and neither deletes them nor
 * changes their keys, nor does anything that calls it: every insert of a child waits, and FOR NO KEY UPDATE would do. And
 * that a function locks a whole table, or takes a lock that outlives its transaction.
 *
 * Does not prove that anybody waits for long: that depends on the load, and a run of table-stress measures it.
 */
export const excessiveLocks: Check = {
  id: 'excessive-locks',
  kind: 'schema',
  severity: 'warning',
  sentence: 'no function locks more than it needs',
  needs: {},
  reasons: {
    'for-update': {
      says: 'FOR UPDATE on rows that foreign keys refer to: inserts of their children wait for it',
      next: 'write FOR NO KEY UPDATE: it keeps other writers of the row away, and foreign keys do not wait for it',
    },
    'whole-table': {
      says: 'LOCK TABLE in a mode that stops every writer of the table',
      next: 'lock the rows that are needed instead, in the order of their ids',
    },
    'session-lock': {
      says: 'an advisory lock of the session: it outlives the transaction, behind a pooler for any time',
      next: 'use pg_advisory_xact_lock',
    },
  },
  ask({ deployment, program }) {
    const own = deployment.routines.filter(({ schema }) => schema === deployment.schema);
    const routines = [...new Set([...own, ...coreRoutines(program)])];
    const users = usersOf(program);
    const found = routines.flatMap((routine) => locksOf(routine, program, users));
    const unseen = unseenIn(program);
    return {
      query: found.length === 0 ? null : linesInSql(found),
      lookedAt: { count: routines.length, of: 'functions' },
      notSeen: unseen.elsewhere,
      unclear: unseen.core,
    };
  },
};

type Users = ReadonlyMap<Routine, ReadonlySet<Routine>>;

function locksOf(routine: Routine, program: Program, users: Users): FoundInBodies[] {
  return [...allSteps(program.body(routine))].flatMap((step) => {
    const found = judge(step, routine, program, users);
    if (found === null || !('line' in step)) return [];
    return [
      {
        values: found,
        places: [{ called: 'lock', site: { routine, line: step.line } }],
      },
    ];
  });
}

function judge(
  step: Step,
  routine: Routine,
  program: Program,
  users: Users,
): { reason: string; locks: string; waits: string } | null {
  if (step.kind === 'call') {
    const { schema, name } = step.routine;
    const session = /^pg_advisory_lock(_shared)?$/.test(name) && (schema === null || schema === 'pg_catalog');
    return session ? { reason: 'session-lock', locks: name, waits: 'whoever asks for the same key' } : null;
  }
  if (step.kind !== 'row lock' && step.kind !== 'table lock') return null;
  const relation = program.relation(step.relation, routine);
  if (relation === undefined) return null;
  const locks = `${relation.schema}.${relation.name}`;
  if (step.kind === 'table lock') {
    if (!stopsWriters.includes(step.mode)) return null;
    return { reason: 'whole-table', locks, waits: `every writer (${step.mode} mode)` };
  }
  if (step.strength !== 'update') return null;
  const children = childrenOf(relation.oid, program);
  if (children.length === 0 || needsTheKey(relation.oid, routine, program, users)) return null;
  return { reason: 'for-update', locks, waits: `inserts into ${children.join(', ')}` };
}

function childrenOf(parent: number, program: Program): string[] {
  const keys = program.deployment.foreignKeys.filter((key) => key.parent === parent && key.child !== parent);
  return [...new Set(keys.flatMap(({ child }) => program.relationByOid(child)?.name ?? []))].sort();
}

/** Whether the routine, or one that uses it, deletes rows of the table or changes their keys. */
function needsTheKey(parent: number, routine: Routine, program: Program, users: Users): boolean {
  return [...(users.get(routine) ?? [routine])].some((user) =>
    [...program.reachable(user)].some((each) =>
      [...allSteps(program.body(each))].some((step) => {
        if (step.kind !== 'write' || program.relation(step.relation, each)?.oid !== parent) return false;
        if (step.action === 'delete') return true;
        const keys = program.relationByOid(parent)?.keyColumns ?? [];
        return step.action === 'update' && (step.columns?.some((column) => keys.includes(column)) ?? true);
      }),
    ),
  );
}

/** By routine all that may run it, itself included. */
function usersOf(program: Program): Users {
  const users = new Map<Routine, Set<Routine>>();
  for (const user of program.deployment.routines) {
    for (const used of program.reachable(user)) {
      users.set(used, (users.get(used) ?? new Set()).add(user));
    }
  }
  return users;
}
