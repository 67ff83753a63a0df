import { parseInstant, windowBetween } from '../../contracts/instant.ts';
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
import { requestedWindow } from '../effects.ts';
import type { RunData } from '../run-data.ts';
import type { StatusModel } from '../status-model.ts';
import { answeredTables, answeredWindow } from './answers.ts';
import { keysOf, regionsFor, regionsOn, tablesAsked } from './booking-regions.ts';
import { type AssignCall, type Call, cellOf, isOptional, type Outcome, tableCell } from './call.ts';
import { type Facts, regionsOf } from './facts.ts';

/** For calls of which the time does not matter, or is not known. */
export const ALWAYS: Span = { from: Number.NEGATIVE_INFINITY, to: Number.POSITIVE_INFINITY };

/** Reads recorded calls as the specification sees them. */
export class CallReader {
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
    const writes = changes ? regionsFor(booking, reads) : [];
    const remembered = use === 'shared' || outcome === 'reused' ? key : null;
    const cells = changes ? reads.map(({ table }) => tableCell(booking, table)) : [];
    if (remembered !== null) cells.push(remembered);
    // Written out: copying properties from one object to another takes several times as long, for every call of a run.
    const assign: AssignCall = {
      kind: 'assign',
      operation,
      outcome: known,
      begin: operation.t0,
      end: endOf(operation, known),
      booking,
      cells,
      reads,
      writes,
      changes,
      tables: reads.length === 1 ? input.table_ids.slice(0, 1) : reads.map(({ table }) => table).sort(),
      window,
      key: remembered,
      ledger: this.ledger && operation.f === 'assign',
      answered: known === 'done' ? answered : null,
      span: this.span(operation, known),
    };
    if (operation.f === 'assign') return assign;
    const hold = operation.input.hold_id;
    const freed = changes ? this.facts.hold(hold).regions : [];
    return { ...assign, kind: 'confirm', hold, cells: [...cells, hold], writes: [...writes, ...freed] };
  }

  private unassignment(operation: UnassignOperation, outcome: Outcome): Call {
    const booking = this.facts.booking(operation.input.booking_id);
    const asked = operation.input.table_ids;
    const tables = tablesAsked(booking, asked);
    const answered = outcome === 'done' ? answeredTables(operation) : null;
    const changes = answered === null || answered.size > 0;
    return {
      kind: 'unassign',
      operation,
      outcome,
      begin: operation.t0,
      end: endOf(operation, outcome),
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
      operation,
      outcome,
      begin: operation.t0,
      end: endOf(operation, outcome),
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
    const window = windowBetween(start_at, end_at);
    const regions = regionsOf(table_ids, window);
    const changes = outcome !== 'conflict';
    return {
      kind: 'hold',
      operation,
      outcome,
      begin: operation.t0,
      end: endOf(operation, outcome),
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
      operation,
      outcome,
      begin: operation.t0,
      end: endOf(operation, outcome),
      booking: null,
      hold: hold_id,
      cells: [hold_id],
      reads: [],
      writes: this.facts.hold(hold_id).regions,
      changes: true,
    };
  }

  /** On the database's clock; any moment where the clocks cannot be tied together, or nothing expires. */
  private span({ runner, t0, t1 }: Operation, outcome: Outcome): Span {
    if (this.facts.holds.size === 0 || this.run.manifest.isolation?.clock === 'virtual') return ALWAYS;
    const span = this.clock.span(runner, t0, t1) ?? ALWAYS;
    return isOptional({ outcome }) ? { from: span.from, to: ALWAYS.to } : span;
  }
}

/** An unknown call may take effect at any later moment. */
function endOf({ t1 }: Operation, outcome: Outcome): number {
  return isOptional({ outcome }) ? Number.POSITIVE_INFINITY : t1;
}
