import type {
  AssignOperation,
  HoldOperation,
  Operation,
  ReleaseOperation,
  TransitionOperation,
  UnassignOperation,
} from '../../history/operation.ts';
import { hasLedger } from '../answered-rows.ts';
import type { Span } from '../database-time.ts';
import { push, requestedWindow } from '../effects.ts';
import type { Assignment } from '../final-state.ts';
import { parseInstant, sameWindow, type Window, windowFrom } from '../instant.ts';
import type { Evidence } from '../invariant.ts';
import type { RunData } from '../run-data.ts';
import { StatusModel } from '../status-model.ts';
import {
  type BookingFacts,
  type Call,
  cellOf,
  isOptional,
  type Outcome,
  outcomeOf,
  type ReadCall,
  type Region,
  tableCell,
} from './call.ts';
import { Facts, regionsOf } from './facts.ts';

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

const ALWAYS: Span = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

class CallReader {
  private readonly run: RunData;
  private readonly facts: Facts;
  private readonly clock: StatusModel;
  private readonly ledger: boolean;

  constructor(run: RunData, facts: Facts, clock: StatusModel) {
    this.run = run;
    this.facts = facts;
    this.clock = clock;
    this.ledger = hasLedger(run);
  }

  /** Null when it puts no constraint on an order. */
  read(operation: Operation, outcome: Outcome): Call | 'unreadable' | null {
    switch (operation.f) {
      case 'assign':
      case 'confirm':
        return this.assignment(operation, outcome);
      case 'unassign':
        return this.unassignment(operation, outcome);
      case 'transition':
        return this.ending(operation, outcome);
      case 'hold':
        return this.holding(operation, outcome);
      case 'release':
        return this.releasing(operation, outcome);
      default:
        return null;
    }
  }

  private assignment(operation: AssignOperation, outcome: Outcome): Call | 'unreadable' | null {
    const { input } = operation;
    const answered = outcome === 'done' ? answeredWindow(operation) : null;
    const window = requestedWindow(this.run, operation) ?? answered;
    if (!window || window.start >= window.end)
      return outcome === 'done' || outcome === 'unknown' ? 'unreadable' : null;
    const booking = this.facts.booking(input.booking_id);
    const key = input.idempotency_key === null ? null : cellOf(booking.id, input.idempotency_key);
    const use = key === null ? 'single' : this.facts.use(key);
    // Without a key nobody can say what was used before.
    if (outcome === 'reused' && (key === null || use === 'mixed')) return null;
    // What an acknowledgement under such a key stands for is open: it took effect, or repeats what did.
    const known = use === 'mixed' && outcome === 'done' ? 'unknown' : outcome;
    const reads = regionsOf(input.table_ids, window);
    const changes = known === 'done' || known === 'unknown';
    const own = changes ? regionsFor(booking, reads) : [];
    const remembered = use === 'shared' || outcome === 'reused' ? key : null;
    const cells = changes ? reads.map(({ table }) => tableCell(booking, table)) : [];
    if (remembered !== null) cells.push(remembered);
    const common = {
      ...this.interval(operation, known),
      booking,
      tables: reads.map(({ table }) => table).sort(),
      window,
      key: remembered,
      ledger: this.ledger && operation.f === 'assign',
      answered: known === 'done' ? answered : null,
      span: this.span(operation, known),
      reads,
      changes,
    };
    if (operation.f === 'assign') return { kind: 'assign', ...common, cells, writes: own };
    const hold = operation.input.hold_id;
    const freed = changes ? this.facts.hold(hold).regions : [];
    return { kind: 'confirm', ...common, hold, cells: [...cells, hold], writes: [...own, ...freed] };
  }

  private unassignment(operation: UnassignOperation, outcome: Outcome): Call {
    const booking = this.facts.booking(operation.input.booking_id);
    const asked = operation.input.table_ids;
    const tables = tablesAsked(booking, asked);
    const answered = outcome === 'done' ? answeredTables(operation) : null;
    const changes = answered === null || answered.size > 0;
    return {
      kind: 'unassign',
      ...this.interval(operation, outcome),
      booking,
      cells: [...tables.map((table) => tableCell(booking, table)), ...keysOf(booking, tables)],
      tables,
      answered,
      reads: [],
      writes: changes ? regionsOn(booking, tables) : [],
      changes,
    };
  }

  private ending(operation: TransitionOperation, outcome: Outcome): Call | null {
    const { booking_id, status } = operation.input;
    if (!/^(cancelled|completed|no_show)$/.test(status)) return null;
    const booking = this.facts.booking(booking_id);
    const [tables, holds] = [[...booking.tables.keys()], [...booking.holds]];
    return {
      kind: 'end',
      ...this.interval(operation, outcome),
      booking,
      status,
      cells: [
        cellOf(booking.id, 'over'),
        ...tables.map((table) => tableCell(booking, table)),
        ...keysOf(booking, tables),
        ...holds,
      ],
      reads: [],
      writes: [
        ...[...booking.tables.values()].flat(),
        ...holds.flatMap((hold) => this.facts.hold(hold).regions),
      ],
      changes: true,
    };
  }

  private holding(operation: HoldOperation, outcome: Outcome): Call {
    const { hold_id, booking_id, table_ids, start_at, end_at, expires_at } = operation.input;
    const window: Window = { start: parseInstant(start_at), end: parseInstant(end_at) };
    const regions = regionsOf(table_ids, window);
    const changes = outcome !== 'conflict';
    return {
      kind: 'hold',
      ...this.interval(operation, outcome),
      booking: null,
      hold: hold_id,
      cells: [hold_id],
      owner: booking_id,
      tables: regions.map(({ table }) => table).sort(),
      window,
      expires: parseInstant(expires_at),
      span: this.span(operation, outcome),
      reads: changes ? [] : regions,
      writes: changes ? this.facts.hold(hold_id).regions : [],
      changes,
    };
  }

  private releasing(operation: ReleaseOperation, outcome: Outcome): Call {
    const { hold_id } = operation.input;
    return {
      kind: 'release',
      ...this.interval(operation, outcome),
      booking: null,
      hold: hold_id,
      cells: [hold_id],
      reads: [],
      writes: this.facts.hold(hold_id).regions,
      changes: true,
    };
  }

  private interval(operation: Operation, outcome: Outcome) {
    const end = isOptional({ outcome }) ? Number.POSITIVE_INFINITY : operation.t1;
    return { operation, outcome, begin: operation.t0, end };
  }

  /** On the database's clock; any moment where the clocks cannot be tied together, or nothing expires. */
  private span({ runner, t0, t1 }: Operation, outcome: Outcome): Span {
    if (this.facts.holds.size === 0 || this.run.manifest.isolation?.clock === 'virtual') return ALWAYS;
    const span = this.clock.span(runner, t0, t1) ?? ALWAYS;
    return isOptional({ outcome }) ? { from: span.from, to: ALWAYS.to } : span;
  }
}

/** The one window that all rows name. */
function answeredWindow({ value }: AssignOperation): Window | null {
  const windows = (Array.isArray(value) ? value : []).map((row) => windowFrom(row.start_at, row.end_at));
  const [first] = windows;
  return first && windows.every((window) => window && sameWindow(window, first)) ? first : null;
}

function answeredTables({ value }: UnassignOperation): ReadonlySet<string> | null {
  if (!Array.isArray(value) || value.includes(null)) return null;
  return new Set(value.filter((id) => id !== null));
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

function tablesAsked({ tables }: BookingFacts, asked: readonly string[] | null): string[] {
  const [only] = asked ?? [];
  if (asked?.length === 1 && only !== undefined) return tables.has(only) ? [only] : [];
  return [...tables.keys()].filter((table) => asked === null || asked.includes(table));
}

/** Where a booking may have the tables of these regions, in all the run. */
function regionsFor({ tables }: BookingFacts, asked: readonly Region[]): readonly Region[] {
  const [only] = asked;
  if (asked.length === 1 && only) return tables.get(only.table) ?? asked;
  return asked.flatMap((region) => tables.get(region.table) ?? region);
}

function regionsOn({ tables }: BookingFacts, names: readonly string[]): readonly Region[] {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return tables.get(only) ?? [];
  return names.flatMap((table) => tables.get(table) ?? []);
}

/** The shared keys under which these tables may have been assigned. */
function keysOf({ keys }: BookingFacts, tables: readonly string[]): string[] {
  const found: string[] = [];
  for (const [key, under] of keys) if (tables.some((table) => under.has(table))) found.push(key);
  return found;
}
