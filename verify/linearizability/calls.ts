import type { Operation } from '../../history/operation.ts';
import { push } from '../effects.ts';
import type { Assignment } from '../final-state.ts';
import type { Evidence } from '../invariant.ts';
import type { RunData } from '../run-data.ts';
import { StatusModel } from '../status-model.ts';
import { type BookingFacts, type Call, type Outcome, outcomeOf, type ReadCall, tableCell } from './call.ts';
import { ALWAYS, CallReader } from './call-reader.ts';
import { Facts } from './facts.ts';

/**
 * The calls of a run as the specification sees them, by number. What is left of a booking after the load counts as a last
 * read of each of its tables, row by row: also where no snapshot could be taken, and while calls with unknown outcome may
 * have gone on. That is sound, because every acknowledged call had ended when the rows were read.
 *
 * Of a large run, all calls at once would need more memory than its records, so each is made when it is asked for.
 */
export class Calls {
  /** Acknowledged or unknown calls of which nobody can say what they asked for. */
  readonly unreadable: Operation[] = [];
  /** How many of the calls were recorded; those with higher numbers stand for what was found. */
  readonly recorded: number;
  private readonly reader: CallReader;
  private readonly operations: Operation[] = [];
  private readonly holds: Call[];
  private readonly reads: LastRead[];

  /** @param visit gets every call, in the order of their numbers */
  constructor({ run, effects }: Evidence, visit: (call: Call) => void) {
    const facts = new Facts(run);
    this.reader = new CallReader(run, facts, new StatusModel(run, effects));
    for (const operation of run.history.operations) {
      const outcome = outcomeOf(operation);
      if (outcome === null) continue;
      const call = this.reader.read(operation, outcome);
      if (call === 'unreadable') this.unreadable.push(operation);
      else if (call) {
        this.operations.push(operation);
        visit(call);
      }
    }
    this.recorded = this.operations.length;
    this.holds = [...foundHolds(facts)];
    for (const hold of this.holds) visit(hold);
    this.reads = [...lastReads(run, facts)];
    for (const read of this.reads) visit(readCall(read));
  }

  /** @param number of a call that was visited, from 0 */
  at(number: number): Call {
    const operation = this.operations[number];
    if (operation) return this.reader.read(operation, outcomeOf(operation) as Outcome) as Call;
    const found = number - this.recorded;
    return this.holds[found] ?? readCall(this.reads[found - this.holds.length] as LastRead);
  }
}

/** Holds that no call of the run made, yet a call names: they may have stood from the start. */
function* foundHolds(facts: Facts): Generator<Call> {
  for (const [hold, { made, regions }] of facts.holds) {
    const [first] = regions;
    if (made || !first) continue;
    yield {
      kind: 'hold',
      operation: null,
      outcome: 'unknown',
      begin: Number.NEGATIVE_INFINITY,
      end: Number.POSITIVE_INFINITY,
      booking: null,
      hold,
      cells: [hold],
      owner: null,
      tables: [...new Set(regions.map(({ table }) => table))].sort(),
      window: { start: first.start, end: first.end },
      expires: Number.MAX_SAFE_INTEGER,
      span: ALWAYS,
      reads: [],
      writes: regions,
      changes: true,
    };
  }
}

interface LastRead {
  booking: BookingFacts;
  table: string;
  row: Assignment | null;
}

function* lastReads({ finalState }: RunData, facts: Facts): Generator<LastRead> {
  if (!finalState) return;
  const rows = new Map<string, Assignment[]>();
  for (const row of finalState.assignments) push(rows, row.booking_id, row);
  for (const booking of facts.allBookings()) {
    const own = rows.get(booking.id) ?? [];
    for (const table of new Set([...booking.tables.keys(), ...own.map((row) => row.table_id)])) {
      const found = own.filter((row) => row.table_id === table);
      // Two rows where there may be one contradict each other without any call.
      if (found.length > 1) continue;
      yield { booking, table, row: found[0] ?? null };
    }
  }
}

function readCall({ booking, table, row }: LastRead): ReadCall {
  return {
    kind: 'read',
    operation: null,
    outcome: 'done',
    begin: Number.POSITIVE_INFINITY,
    end: Number.POSITIVE_INFINITY,
    booking,
    cells: [tableCell(booking, table)],
    table,
    row: row && { window: row.window },
    reads: booking.tables.get(table) ?? [],
    writes: [],
    changes: false,
  };
}
