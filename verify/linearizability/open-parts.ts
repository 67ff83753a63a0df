import { recordedOf } from '../../history/columns/recorded.ts';
import type { Operation } from '../../history/operation.ts';
import type { Evidence } from '../invariant.ts';
import type { Call } from './call.ts';
import { Calls } from './calls.ts';
import type { OpenPart } from './columns/orders.ts';

/** The calls of parts that the exact search has to decide, made from the records of the bookings that they concern. */
export function* callsOfParts(evidence: Evidence, parts: readonly OpenPart[]): Generator<Call[]> {
  const { run } = evidence;
  const { operations } = run.history;
  const { columns, words, count } = recordedOf(operations);
  const { booking } = columns;
  const bookings = new Set<number>();
  for (const { rows, reads } of parts) {
    for (const row of rows) bookings.add(booking[row] as number);
    for (const [whose] of reads) bookings.add(whose);
  }
  if (bookings.size === 0) return;
  const concerned: Operation[] = [];
  for (let row = 0; row < count; row += 1) {
    if (bookings.has(booking[row] as number)) concerned.push(operations[row] as Operation);
  }
  const numbers = new Map<Operation | string, number>();
  const history = { ...run.history, operations: concerned };
  const calls = new Calls({ ...evidence, run: { ...run, history } }, (call) => {
    const name = call.kind === 'read' ? nameOf(call.booking.id, call.table) : call.operation;
    if (name !== null) numbers.set(name, numbers.size);
  });
  for (const { rows, reads } of parts) {
    const own = [
      ...rows.map((row) => operations[row] as Operation),
      ...reads.map(([whose, table]) => nameOf(words.text(whose), words.text(table))),
    ];
    yield own.map((name) => calls.at(numbers.get(name) as number));
  }
}

function nameOf(booking: string, table: string): string {
  return `${booking} ${table}`;
}
