import { setTimeout as delay } from 'node:timers/promises';
import type { Operation } from '../history/operation.ts';
import type { Answered, HistoryWriter } from '../history/write.ts';
import type { SteppedTable, SteppedWindow } from '../plan/stepped-boundaries.ts';
import type { StressClient } from '../target/supabase-client.ts';

/** Several callers of the API at once, whose calls are recorded like those of a load generator. */
export class Callers {
  private readonly client: StressClient;
  private readonly history: HistoryWriter;
  private readonly pause: number;
  private readonly signal: AbortSignal;
  /** The process that each caller is at the moment, in records. */
  private readonly processes: number[];

  /** @param pause milliseconds from the start of one call of a caller to the start of its next, at least */
  constructor(
    client: StressClient,
    history: HistoryWriter,
    options: { callers: number; pause: number; signal: AbortSignal },
  ) {
    this.client = client;
    this.history = history;
    this.pause = options.pause;
    this.signal = options.signal;
    this.processes = Array.from({ length: options.callers }, (_, index) => index);
  }

  /** Assigns each table to the bookings of its windows; the windows of one table one after the other. */
  async assign(tables: readonly SteppedTable[], assigned: () => void): Promise<void> {
    await this.share(tables, async (caller, { table_id, windows }) => {
      for (const window of windows) {
        await this.inTurn(caller, (process) => this.assignOne(process, table_id, window));
        assigned();
      }
    });
  }

  /**
   * Seats the guests of bookings.
   *
   * @param at what the virtual clock shows, ISO 8601
   */
  async checkIn(bookings: readonly string[], at: string): Promise<void> {
    const values = { status: 'checked_in', checked_in_at: at };
    await this.share(bookings, (caller, booking_id) =>
      this.inTurn(caller, (process) =>
        this.history.record(process, 'transition', { booking_id, status: values.status }, () =>
          this.client.from('bookings').update(values).eq('id', booking_id).then(answered),
        ),
      ),
    );
  }

  private assignOne(process: number, table_id: string, window: SteppedWindow): Promise<Operation> {
    const { booking_id, start_at, end_at } = window;
    const input = {
      booking_id,
      table_ids: [table_id],
      idempotency_key: null,
      require_adjacency: false,
      start_at,
      end_at,
    };
    const parameters = {
      p_booking_id: booking_id,
      p_table_ids: input.table_ids,
      p_idempotency_key: null,
      p_require_adjacency: false,
      p_assigned_by: null,
      p_start_at: start_at,
      p_end_at: end_at,
    };
    return this.history.record(process, 'assign', input, () =>
      this.client.rpc('assign_tables_atomic_v2', parameters).then(answered),
    );
  }

  /** Has each item taken by the caller that is free first. */
  private async share<T>(
    items: readonly T[],
    action: (caller: number, item: T) => Promise<void>,
  ): Promise<void> {
    const queue = items[Symbol.iterator]();
    const work = async (caller: number): Promise<void> => {
      for (let next = queue.next(); !next.done; next = queue.next()) await action(caller, next.value);
    };
    // All have ended when this ends, so that none writes to a history that is closed.
    const ends = await Promise.allSettled(this.processes.map((_, caller) => work(caller)));
    for (const end of ends) if (end.status === 'rejected') throw end.reason;
  }

  /** Makes a call as the process that a caller is, when its turn has come. */
  private async inTurn(caller: number, call: (process: number) => Promise<Operation>): Promise<void> {
    this.signal.throwIfAborted();
    const process = this.processes[caller] ?? caller;
    const [operation] = await Promise.all([call(process), this.pause > 0 ? delay(this.pause) : null]);
    // Nobody knows whether the call still runs: whoever goes on is another process.
    if (operation.type === 'info') this.processes[caller] = process + this.processes.length;
  }
}

function answered(answer: { data: unknown; status: number; error: Answered['error'] }): Answered {
  const { data, status, error } = answer;
  return { http: status, error, body: data };
}
