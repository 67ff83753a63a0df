import type { ViolationStep } from '../../contracts/verdict.ts';
import type { Operation } from '../../history/operation.ts';
import { nameOf } from '../../plan/identity.ts';
import { requestedWindow } from '../effects.ts';
import { remark, step } from '../explain.ts';
import type { Evidence, FoundViolation, Invariant } from '../invariant.ts';
import type { RunData } from '../run-data.ts';

/**
 * In a round of contenders for one slot exactly one wins.
 *
 * Assumes that every round starts on tables that are free in its windows, and all windows of one slot share an
 * instant; both come from the plan.
 * Proves that of each slot one call was acknowledged: a second winner is a double booking, no winner a refusal
 * without cause. Literature: mutual exclusion, and no lost request. A round with unknown outcomes or missing
 * records is undecided unless it has two winners.
 * Does not prove that the first to ask won.
 */
export const oneWinner: Invariant = {
  id: 'one-winner',
  promise: 'of the contenders for one slot exactly one wins',
  check(evidence) {
    const violations: FoundViolation[] = [];
    const undecided: string[] = [];
    const slots = groupBySlot(evidence);
    for (const [name, { contenders, planned }] of slots) {
      const winners = contenders.filter((operation) => operation.type === 'ok');
      const reason = whyUndecided(contenders, planned);
      if (winners.length > 1) violations.push(twoWinners(evidence.run, name, winners));
      else if (reason) undecided.push(`${name}: ${reason}`);
      else if (winners.length === 0) {
        if (contenders.some((operation) => operation.class === 'conflict')) {
          violations.push(noWinner(evidence.run, name, contenders));
        } else {
          undecided.push(`${name}: all ${contenders.length} calls ended in errors, none in a conflict`);
        }
      }
    }
    return {
      checked: { count: slots.size, of: 'slots' },
      violations,
      undecided,
      summary: `${slots.size} slots, one winner each`,
    };
  },
};

interface Slot {
  contenders: Operation[];
  planned: number;
}

/** The slots of the plan with the calls that were recorded for them, and those of calls that the plan does not know. */
function groupBySlot({ run }: Evidence): Map<string, Slot> {
  const slots = new Map<string, Slot>();
  const slotOf = (scenario: string, round: number, slot: string): Slot => {
    const name = `${scenario} round ${round} slot ${slot}`;
    const found = slots.get(name) ?? { contenders: [], planned: 0 };
    slots.set(name, found);
    return found;
  };
  for (const [round, { calls }] of (run.plan.scenarios['hot-table']?.rounds ?? []).entries()) {
    for (const { slot } of calls) slotOf('hot-table', round, slot).planned += 1;
  }
  for (const operation of run.history.operations) {
    const { round, scenario } = operation;
    if (round && round.slot !== null) slotOf(scenario, round.round, round.slot).contenders.push(operation);
  }
  return slots;
}

function whyUndecided(contenders: readonly Operation[], planned: number): string | null {
  if (contenders.length === 1 && planned <= 1) return 'a single contender, so nothing was contested';
  if (contenders.length < planned) return `${planned - contenders.length} of ${planned} calls have no record`;
  const unknown = contenders.filter((operation) => operation.type === 'info').length;
  if (unknown > 0) return `${unknown} calls with unknown outcome`;
  return null;
}

function stepOf(run: RunData, operation: Operation): ViolationStep {
  const window = operation.f === 'assign' ? requestedWindow(run, operation) : null;
  return step(operation, '', window);
}

function tablesOf(operation: Operation | undefined): string {
  return operation?.f === 'assign' ? operation.input.table_ids.map(nameOf).sort().join(' and ') : '';
}

function twoWinners(run: RunData, name: string, winners: Operation[]): FoundViolation {
  return {
    title: `${name}: ${winners.length} contenders won ${tablesOf(winners[0])}`,
    steps: [
      ...winners.slice(0, 5).map((operation) => stepOf(run, operation)),
      remark('their windows share an instant, so at most one may have it'),
    ],
    operations: winners,
    rows: [],
  };
}

function noWinner(run: RunData, name: string, contenders: Operation[]): FoundViolation {
  return {
    title: `${name}: nobody won ${tablesOf(contenders[0])}, though it was free`,
    steps: [
      ...contenders.slice(0, 5).map((operation) => stepOf(run, operation)),
      remark(`all ${contenders.length} contenders were refused, so there was nobody to refuse them for`),
    ],
    operations: contenders.slice(0, 20),
    rows: [],
  };
}
