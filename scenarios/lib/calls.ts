import type {
  AssignInput,
  ConfirmInput,
  Operation,
  ReleaseInput,
  StatusInput,
  TransitionInput,
  UnassignInput,
} from '../../history/operation.ts';
import type { PlannedHold } from '../../plan/step.ts';
import type { Client } from './client.ts';
import type { Pace } from './pace.ts';
import type { Note, Recorder } from './recorder.ts';

/** Turns a hold into an assignment; a deployment may lack it. */
const CONFIRM = 'confirm_hold_assignment_with_transition';

/** The calls of the application, each recorded. */
export class Calls {
  private readonly client: Client;
  private readonly recorder: Recorder;
  private readonly pace: Pace;
  private readonly confirmParameters: readonly string[];

  /** @param confirmParameters parameters of the function that confirms holds, by name; none: the deployment has none */
  constructor(client: Client, recorder: Recorder, pace: Pace, confirmParameters: readonly string[] = []) {
    this.client = client;
    this.recorder = recorder;
    this.pace = pace;
    this.confirmParameters = confirmParameters;
  }

  /** All seven parameters are always named, so that an older overload beside the function cannot be meant. */
  assign(input: AssignInput, note?: Note, loseReply = false): Operation {
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
      () => this.client.rpc('assign_tables_atomic_v2', parameters, loseReply),
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

  /**
   * A host's claim: the seeded hold gets its members. One that is to lapse gets its expiry before; that has no effect as
   * long as it has no members, so the two requests are one call.
   */
  hold({ expires_in_ms, ...seeded }: PlannedHold, note?: Note): Operation {
    const recorder = this.inTurn();
    const { hold_id, table_ids } = seeded;
    const members = table_ids.map((table_id) => ({ hold_id, table_id }));
    const claim = () => this.client.post('table_hold_members', members);
    if (expires_in_ms === undefined) return recorder.record('hold', seeded, claim, note);
    const expires_at = new Date(Date.now() + expires_in_ms).toISOString();
    return recorder.record(
      'hold',
      { ...seeded, expires_at },
      () => {
        const timed = this.client.patch('table_holds', `?id=eq.${hold_id}`, { expires_at });
        if (timed.error) return timed;
        this.pace.wait();
        return { ...claim(), t0: timed.t0 };
      },
      note,
    );
  }

  release(input: ReleaseInput, note?: Note): Operation {
    return this.inTurn().record(
      'release',
      input,
      () => this.client.patch('table_holds', `?id=eq.${input.hold_id}`, { status: 'cancelled' }),
      note,
    );
  }

  /** Null where the deployment has no function for it. */
  confirm(input: ConfirmInput, note?: Note): Operation | null {
    if (this.confirmParameters.length === 0) return null;
    const values: Record<string, unknown> = {
      p_hold_id: input.hold_id,
      p_booking_id: input.booking_id,
      p_idempotency_key: input.idempotency_key,
      p_require_adjacency: input.require_adjacency,
    };
    const named = this.confirmParameters.filter((name) => name in values);
    const parameters = Object.fromEntries(named.map((name) => [name, values[name]]));
    return this.inTurn().record('confirm', input, () => this.client.rpc(CONFIRM, parameters), note);
  }

  /** Sets a booking's status. Who is seated gets the arrival time that the application's check wants. */
  transition(input: TransitionInput, note?: Note): Operation {
    return this.inTurn().record(
      'transition',
      input,
      () => {
        const arrival = input.status === 'checked_in' ? { checked_in_at: new Date().toISOString() } : {};
        const values = { status: input.status, ...arrival };
        return this.client.patch('bookings', `?id=eq.${input.booking_id}`, values);
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
