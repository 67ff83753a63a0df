import { formatWindow, sameWindow, windowFrom } from '../../contracts/instant.ts';
import { Answer, F, Type } from '../../history/columns/columns.ts';
import { recordedOf } from '../../history/columns/recorded.ts';
import type { AssignedRow, AssignOperation, Operation } from '../../history/operation.ts';
import { nameOf } from '../../plan/identity.ts';
import { answersAdrift } from '../answered-rows.ts';
import { requestedWindow } from '../effects.ts';
import { remark, step } from '../explain.ts';
import type { Allocation, Assignment, FinalState } from '../final-state.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';

/**
 * Response, allocations, assignments, merge groups and ledger tell the same story.
 *
 * Assumes that the final state was read after the load.
 * Proves that every acknowledged answer names the tables and window that were asked for; every assignment points
 * at an allocation of its table, booking and window, and every allocation of a booking is pointed at; no merge
 * group is empty.
 * Does not prove anything of rows that were there and gone while the run went on.
 */
export const linked: Invariant = {
  id: 'linked',
  promise: 'response, allocations, assignments, merge groups and ledger tell the same story',
  check(evidence) {
    const { run } = evidence;
    const { acknowledged, unusual, releases } = answersOf(run.history.operations);
    const state = run.finalState;
    return {
      checked: {
        count: acknowledged.length + (state?.allocations.length ?? 0) + (state?.assignments.length ?? 0),
        of: 'answers and rows',
      },
      violations: [
        ...unusual.flatMap((operation) => answerDiffers(evidence, operation)),
        ...releases.flatMap(removedOthers),
        ...(state
          ? [
              ...assignmentsAdrift(state),
              ...allocationsAdrift(state),
              ...foreignAllocations(evidence, state),
              ...answersAdrift(evidence, acknowledged, state),
            ]
          : []),
      ],
      undecided: state ? [] : ['the final state was not read'],
      summary: `${acknowledged.length} answers name what was asked for, ${state?.assignments.length ?? 0} assignments agree with the rows behind them`,
    };
  },
};

interface Answers {
  acknowledged: AssignOperation[];
  /** Those of them that are not answered with one table for the window that the call passed, letter by letter. */
  unusual: AssignOperation[];
  /** Acknowledged releases that are not answered with the very tables that they name. */
  releases: Operation[];
}

function answersOf(operations: readonly Operation[]): Answers {
  const { columns, count } = recordedOf(operations);
  const { f, type, kind, tables, start, end, answered, answeredStart, answeredEnd } = columns;
  const answers: Answers = { acknowledged: [], unusual: [], releases: [] };
  for (let row = 0; row < count; row += 1) {
    if (type[row] !== Type.ok) continue;
    const operation = operations[row] as Operation;
    if (f[row] === F.unassign) {
      const isAsAsked = kind[row] === Answer.tables && answered[row] === tables[row];
      if (!isAsAsked) answers.releases.push(operation);
    } else if (f[row] === F.assign || f[row] === F.confirm) {
      answers.acknowledged.push(operation as AssignOperation);
      const isOneTable = kind[row] === Answer.rows && (tables[row] as number) > 0 && start[row] !== 0;
      const isAsAsked =
        isOneTable && end[row] !== 0 && answeredStart[row] === start[row] && answeredEnd[row] === end[row];
      if (!isAsAsked) answers.unusual.push(operation as AssignOperation);
    }
  }
  return answers;
}

function answerDiffers({ run, effects }: Evidence, operation: AssignOperation): FoundViolation[] {
  const rows = (Array.isArray(operation.value) ? operation.value : []) as AssignedRow[];
  const wanted = [...new Set(operation.input.table_ids)].sort();
  const answered = rows.map((row) => row.table_id ?? 'null').sort();
  // A repeated key is answered with what was assigned then, which may have been another window.
  const window =
    effects.isReplay(operation) || effects.othersOf(operation).length > 0
      ? null
      : requestedWindow(run, operation);
  const problems: string[] = [];
  if (wanted.join() !== answered.join()) {
    problems.push(`the answer names ${answered.map(nameOf).join(' and ') || 'no table'}`);
  }
  const other = rows.find((row) => {
    const found = windowFrom(row.start_at, row.end_at);
    return window && !(found && sameWindow(window, found));
  });
  if (other && window) {
    problems.push(
      `the answer has the window [${other.start_at}, ${other.end_at}), not ${formatWindow(window)}`,
    );
  }
  const groups = new Set(rows.map((row) => row.merge_group_id));
  if (rows.length > 1 && (groups.size > 1 || groups.has(null))) {
    problems.push(`${rows.length} tables, but not one merge group: ${[...groups].join(', ')}`);
  }
  return problems.map((problem) => ({
    title: `${nameOf(operation.input.booking_id)} was answered something else than it asked for: ${problem}`,
    steps: [step(operation, problem, window)],
    operations: [operation],
    rows: rows as unknown as Record<string, unknown>[],
  }));
}

/** An answer to unassign names tables that were not to be removed. */
function removedOthers(operation: Operation): FoundViolation[] {
  if (operation.f !== 'unassign' || operation.type !== 'ok' || !Array.isArray(operation.value)) return [];
  const asked = operation.input.table_ids;
  const others = operation.value.filter((id) => id === null || (asked !== null && !asked.includes(id)));
  if (others.length === 0) return [];
  const text = `the answer names ${others.map((id) => (id === null ? 'null' : nameOf(id))).join(' and ')}, which it was not asked to remove`;
  return [{ title: `unassign: ${text}`, steps: [step(operation, text)], operations: [operation], rows: [] }];
}

function adrift(title: string, rows: Record<string, unknown>[], text: string): FoundViolation {
  return { title, steps: [remark(text)], operations: [], rows };
}

function assignmentsAdrift(state: FinalState): FoundViolation[] {
  const allocations = new Map(state.allocations.map((allocation) => [allocation.id, allocation]));
  return state.assignments.flatMap((assignment) => {
    const problem = assignmentProblem(assignment, allocations);
    if (problem === null) return [];
    const title = `the assignment of ${nameOf(assignment.table_id)} to ${nameOf(assignment.booking_id)} ${problem}`;
    const behind = allocations.get(assignment.allocation_id ?? '');
    return [adrift(title, behind ? [assignment.row, behind.row] : [assignment.row], problem)];
  });
}

function assignmentProblem(
  assignment: Assignment,
  allocations: ReadonlyMap<string, Allocation>,
): string | null {
  if (assignment.allocation_id === null) return 'points at no allocation';
  const allocation = allocations.get(assignment.allocation_id);
  if (!allocation) return `points at allocation ${assignment.allocation_id}, which is not there`;
  if (allocation.resource_type !== 'table' || allocation.resource_id !== assignment.table_id) {
    return `points at an allocation of ${nameOf(allocation.resource_id)}`;
  }
  if (allocation.shadow) return 'points at a shadow allocation, which blocks nobody';
  if (allocation.booking_id !== assignment.booking_id) return 'points at an allocation of another booking';
  if (assignment.window && !sameWindow(assignment.window, allocation.window)) {
    return `is for ${formatWindow(assignment.window)}, its allocation for ${formatWindow(allocation.window)}`;
  }
  if (assignment.merge_group_id === null) return null;
  const group = allocations.get(assignment.merge_group_id);
  if (group?.resource_type !== 'merge_group') return 'names a merge group that is not there';
  if (group.booking_id !== assignment.booking_id) return "names another booking's merge group";
  return null;
}

function allocationsAdrift(state: FinalState): FoundViolation[] {
  const pointedAt = new Set(state.assignments.map((assignment) => assignment.allocation_id));
  const members = new Map<string, number>();
  for (const { merge_group_id } of state.assignments) {
    if (merge_group_id !== null) members.set(merge_group_id, (members.get(merge_group_id) ?? 0) + 1);
  }
  return state.allocations.flatMap((allocation) => {
    if (allocation.shadow || allocation.is_maintenance || allocation.booking_id === null) return [];
    const whose = nameOf(allocation.booking_id);
    if (allocation.resource_type === 'merge_group') {
      const count = members.get(allocation.id) ?? 0;
      // One table is what remains of a set when the others were unassigned.
      if (count > 0) return [];
      const text = `the merge group of ${whose} has no table`;
      return [adrift(text, [allocation.row], text)];
    }
    if (pointedAt.has(allocation.id)) return [];
    const text = `the allocation of ${nameOf(allocation.resource_id)} to ${whose} has no assignment: it blocks the table for nobody`;
    return [adrift(text, [allocation.row], text)];
  });
}

function foreignAllocations({ run }: Evidence, state: FinalState): FoundViolation[] {
  const owner = new Map(run.plan.world.table_inventory.map((table) => [table.id, table.restaurant_id]));
  return state.allocations.flatMap(({ resource_id, row }) => {
    const expected = owner.get(resource_id);
    if (expected === undefined || typeof row.restaurant_id !== 'string' || row.restaurant_id === expected)
      return [];
    const text = `the allocation of ${nameOf(resource_id)} names ${nameOf(row.restaurant_id)}, whose table it is not: it blocks nobody`;
    return [adrift(text, [row], text)];
  });
}
