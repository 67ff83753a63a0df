import { parseInstant, type Window } from '../contracts/instant.ts';
import type { HoldOperation, Operation } from '../history/operation.ts';
import { databaseSpan } from './database-time.ts';
import type { RealTime } from './real-time.ts';
import type { RunData } from './run-data.ts';

/** A hold that was made for certain, or may have been. */
export interface HoldClaim {
  operation: HoldOperation;
  window: Window;
  /** Calls that ended it, or may have: its release, or its confirmation. */
  ends: Operation[];
}

/** Holds by table. A hold that was certainly refused claims nothing. */
export class HoldClaims {
  private readonly run: RunData;
  private readonly time: RealTime;
  private readonly byTable = new Map<string, HoldClaim[]>();

  constructor(run: RunData, time: RealTime) {
    this.run = run;
    this.time = time;
    const byHold = new Map<string, HoldClaim>();
    for (const operation of run.history.operations) {
      if (operation.f !== 'hold' || operation.type === 'fail') continue;
      const { hold_id, table_ids, start_at, end_at } = operation.input;
      const window = { start: parseInstant(start_at), end: parseInstant(end_at) };
      const claim = { operation, window, ends: [] };
      byHold.set(hold_id, claim);
      for (const table of table_ids) this.byTable.set(table, [...(this.byTable.get(table) ?? []), claim]);
    }
    for (const operation of run.history.operations) {
      const ends = operation.f === 'release' || operation.f === 'confirm';
      if (ends && operation.type !== 'fail') byHold.get(operation.input.hold_id)?.ends.push(operation);
    }
  }

  ofTable(table: string): readonly HoldClaim[] {
    return this.byTable.get(table) ?? [];
  }

  /** Whether the hold may have been live at some moment of another call. */
  mayBeLive({ operation, ends }: HoldClaim, during: Operation): boolean {
    if (this.time.before(during, operation)) return false;
    // An unknown call may take effect after anything that seemed to end it.
    if (operation.type !== 'info') {
      const ended = ends.some(
        (end) => end.type === 'ok' && this.time.before(operation, end) && this.time.before(end, during),
      );
      if (ended) return false;
    }
    const span = databaseSpan(this.run, this.time, during.runner, during.t0, during.t1);
    return !span || parseInstant(operation.input.expires_at) > span.from;
  }
}
