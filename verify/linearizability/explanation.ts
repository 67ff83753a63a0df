import { formatWindow, type Window } from '../../contracts/instant.ts';
import type { ViolationStep } from '../../contracts/verdict.ts';
import { type Operation, operationId } from '../../history/operation.ts';
import { nameOf } from '../../plan/identity.ts';
import { answer, contradiction as breaking, remark, request, step as stepText } from '../explain.ts';
import type { FoundViolation } from '../invariant.ts';
import type { Call } from './call.ts';
import type { Precedence } from './precedence.ts';
import type { Contradiction } from './search.ts';
import { type Obstacle, step } from './specification.ts';
import type { Witness } from './witness.ts';

/** Calls that are shown; more would hide the point. */
const SHOWN = 12;
/** Different ways in which all orders fail that are shown. */
const WAYS = 3;

/**
 * A witness in sentences: each call and where real time puts it, then why none of its orders explains the last answer.
 *
 * @param found the contradiction as it was found in the whole part, with the claims as all its calls leave them
 */
export function explain(
  part: readonly Call[],
  found: Contradiction,
  witness: Witness,
  precedence: Precedence,
): FoundViolation {
  const { kept, contradiction, minimal } = witness;
  const { call } = contradiction;
  const obstacles = obstaclesOf(found.call === call ? found : contradiction);
  const reasons = [...new Set(obstacles.map((obstacle) => obstacle.reason()))];
  const told = new Set([
    ...kept,
    ...usedBy(part, contradiction),
    ...behind(part, call, obstacles, precedence),
  ]);
  const shown = [...told].sort(byTime).filter((other, at) => at >= told.size - SHOWN || other === call);
  return {
    title: `no order of the calls explains ${subjectOf(call)}: ${reasons[0] ?? 'nothing leads to it'}`,
    steps: [
      ...shown.map((other, at) => stepOf(other, shown.slice(0, at), precedence)),
      ...conclusion(call, reasons),
      ...aboutTheRest(told.size - shown.length, witness.excused + kept.length - told.size, minimal),
    ],
    operations: shown.flatMap(({ operation }) => operation ?? []),
    rows: kept.flatMap((other) =>
      other.kind === 'read'
        ? [{ booking_id: other.booking.id, table_id: other.table, window: rowText(other.row) }]
        : [],
    ),
  };
}

function obstaclesOf({ call, before }: Contradiction): Obstacle[] {
  return before.flatMap(({ state }) => step(state, call).obstacle ?? []);
}

/** The calls of the part that the order up to the contradiction makes use of, though their answers are not needed. */
function usedBy(part: readonly Call[], { before: [first] }: Contradiction): Call[] {
  const used = new Set<Operation | null>(first?.order.map(({ operation }) => operation));
  return part.filter(({ operation }) => operation !== null && used.has(operation));
}

/** The calls that last touched what is in the way. */
function behind(
  part: readonly Call[],
  call: Call,
  obstacles: readonly Obstacle[],
  precedence: Precedence,
): Call[] {
  const cells = new Set(obstacles.slice(0, WAYS).flatMap((obstacle) => obstacle.inTheWay()));
  return [...cells].flatMap((cell) => {
    const own = part.filter((other) => other.operation && other.changes && other.cells.includes(cell));
    return own.filter((other) => other !== call && !precedence.precedes(call, other)).slice(-1);
  });
}

function byTime(a: Call, b: Call): number {
  if (a.begin !== b.begin) return a.begin < b.begin ? -1 : 1;
  return a.end < b.end ? -1 : Number(a.end > b.end);
}

function windowOf(call: Call): Window | null {
  return 'window' in call ? call.window : null;
}

function subjectOf(call: Call): string {
  if (call.kind === 'read') return `what is left of ${nameOf(call.booking.id)} on ${nameOf(call.table)}`;
  if (!call.operation) return 'what was there';
  return `the answer to: ${request(call.operation, windowOf(call))} (${answer(call.operation)})`;
}

function rowText(row: { window: Window | null } | null): string {
  if (row === null) return 'no row';
  return row.window ? formatWindow(row.window) : 'a row without a window';
}

function stepOf(call: Call, earlier: readonly Call[], precedence: Precedence): ViolationStep {
  if (call.kind === 'read') {
    const whose = `${nameOf(call.booking.id)} on ${nameOf(call.table)}`;
    return remark(`after the load, of ${whose} there is: ${rowText(call.row)}`);
  }
  if (!call.operation) return remark('a hold that no call made may have stood from the start');
  return stepText(call.operation, timeOf(call, earlier, precedence), windowOf(call));
}

/** Where real time puts a call among those shown before it. */
function timeOf(call: Call, earlier: readonly Call[], precedence: Precedence): string {
  const [over, underWay]: [string[], string[]] = [[], []];
  for (const other of earlier) {
    if (!other.operation) continue;
    (precedence.precedes(other, call) ? over : underWay).push(operationId(other.operation));
  }
  return [
    ...(over.length > 0 ? [`it began after ${over.join(' and ')} had been answered`] : []),
    ...(underWay.length > 0 ? [`it may have come before or after ${underWay.join(' and ')}`] : []),
  ].join('; ');
}

function conclusion({ operation }: Call, reasons: readonly string[]): ViolationStep[] {
  const when = operation ? `when ${operationId(operation)} takes its turn` : 'at the end';
  const [only, ...others] = reasons;
  if (only === undefined) return [];
  const about = (text: string): ViolationStep =>
    breaking({ ...remark(text), operation: operation ? operationId(operation) : null });
  if (others.length === 0) return [about(`in every order that real time allows, ${when}, ${only}`)];
  return [
    about(`real time allows several orders, and each fails: in some, ${when}, ${only}`),
    ...others.slice(0, WAYS - 1).map((reason) => remark(`in others, ${reason}`)),
    ...(reasons.length > WAYS ? [remark(`and ${reasons.length - WAYS} more ways`)] : []),
  ];
}

function aboutTheRest(hidden: number, excused: number, minimal: boolean): ViolationStep[] {
  const steps: ViolationStep[] = [];
  if (hidden > 0) steps.push(remark(`${hidden} of these calls, the earliest, are not shown`));
  if (excused > 0) {
    const others = excused === 1 ? '1 other call does' : `${excused} other calls do`;
    steps.push(remark(`${others} not help, whichever took effect, at whatever moment of its time`));
  }
  if (!minimal) steps.push(remark('fewer calls may show it as well: shrinking ended with its budget'));
  return steps;
}
