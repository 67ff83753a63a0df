import type { AssignInput, Operation, StatusInput, UnassignInput } from '../../history/operation.ts';
import type { Client } from './client.ts';
import type { Pace } from './pace.ts';
import type { Note, Recorder } from './recorder.ts';

/** The calls of the application, each recorded. */
export class Calls {
  private readonly client: Client;
  private readonly recorder: Recorder;
  private readonly pace: Pace;

  constructor(client: Client, recorder: Recorder, pace: Pace) {
    this.client = client;
    this.recorder = recorder;
    this.pace = pace;
  }

  /** All seven parameters are always named, so that an older overload beside the function cannot be meant. */
  assign(input: AssignInput, note?: Note): Operation {
    const parameters = {
      p_booking_id: input.booking_id,
      p_table_ids: input.table_ids,
      p_idempotency_key: input.idempotency_key,
      p_require_adjacency: input.require_adjacency,
      p_assigned_by: null,
      p_start_at: input.start_at,
      p_end_at: input.end_at,
    };
    return this.inTurn().record(
      'assign',
      input,
      () => this.client.rpc('assign_tables_atomic_v2', parameters),
      note,
    );
  }

  unassign(input: UnassignInput, note?: Note): Operation {
    const parameters = { p_booking_id: input.booking_id, p_table_ids: input.table_ids };
    return this.inTurn().record(
      'unassign',
      input,
      () => this.client.rpc('unassign_tables_atomic', parameters),
      note,
    );
  }

  refresh(table_id: string, note?: Note): Operation {
    return this.inTurn().record(
      'refresh',
      { table_id },
      () => this.client.rpc('refresh_table_status', { p_table_id: table_id }),
      note,
    );
  }

  status(input: StatusInput, note?: Note): Operation {
    const query = `?select=id,status&id=in.(${input.table_ids.join(',')})`;
    return this.inTurn().record('status', input, () => this.client.get('table_inventory', query), note);
  }

  /** Staff seat the guests: sets the booking's status, with the arrival time that the application's check wants. */
  checkIn(booking_id: string, note?: Note): Operation {
    return this.inTurn().record(
      'transition',
      { booking_id, status: 'checked_in' },
      () => {
        const values = { status: 'checked_in', checked_in_at: new Date().toISOString() };
        return this.client.patch('bookings', `?id=eq.${booking_id}`, values);
      },
      note,
    );
  }

  /** The recorder, when the next call may start. */
  private inTurn(): Recorder {
    this.pace.wait();
    return this.recorder;
  }
}
