import { type Random, randomStream } from '../../plan/random.ts';
import { Application, type Guest, type Reply, type Request } from './application.ts';

/** How much a simulated run holds. */
export interface Shape {
  operations: number;
  processes: number;
  tables: number;
  bookings: number;
  /** How many different windows the bookings have. */
  windows: number;
  /** One assignment in so many takes two tables; 0: none does. */
  pairsOneIn: number;
  /** One call in so many gets no answer. */
  unknownOneIn: number;
}

export interface Call {
  process: number;
  /** Position among the calls of its user. */
  index: number;
  /** Microseconds. */
  t0: number;
  t1: number;
  request: Request;
  /** Null: no answer. */
  reply: Reply | null;
}

interface UnderWay extends Call {
  user: number;
  /** Microseconds: when it takes effect, then when it ends. */
  at: number;
  served: boolean;
  lost: boolean;
}

/**
 * Concurrent callers of the application: each call takes effect at one instant between its begin and its end, a lost one
 * half of the time. Right by construction, and made one by one, so that their number does not matter.
 */
export class Callers {
  readonly application: Application;
  readonly guests: Guest[];
  private readonly shape: Shape;
  private readonly random: Random;
  /** The next to happen is the last. */
  private readonly agenda: UnderWay[] = [];
  private begun = 0;
  private keys = 0;

  constructor(shape: Shape, seed: number) {
    this.shape = shape;
    this.random = randomStream(seed, 'callers');
    this.application = new Application(shape.tables);
    this.guests = Array.from({ length: shape.bookings }, (_, booking) => ({
      booking,
      window: booking % shape.windows,
      tables: [],
      keys: new Map(),
    }));
  }

  /** Calls in the order of their ends. */
  *calls(): Generator<Call> {
    const { random, shape } = this;
    for (let user = 0; user < shape.processes; user += 1) {
      this.begin(user, { process: user, index: 0 }, null, random.integer(0, 20_000));
    }
    for (let call = this.agenda.pop(); call; call = this.agenda.pop()) {
      if (!call.served) {
        const reply = call.lost && random.integer(0, 1) === 0 ? null : this.application.serve(call.request);
        call.reply = call.lost ? null : reply;
        call.served = true;
        this.schedule(call, call.at + random.integer(1_000, 20_000));
        continue;
      }
      call.t1 = call.at;
      yield call;
      // Whoever goes on after a lost call is another process.
      const process = call.lost ? call.process + shape.processes : call.process;
      const next = { process, index: call.index + 1 };
      if (this.begun < shape.operations)
        this.begin(call.user, next, call, call.at + random.integer(100, 3_000));
    }
  }

  private begin(
    user: number,
    name: { process: number; index: number },
    previous: UnderWay | null,
    t0: number,
  ): void {
    this.begun += 1;
    const request = this.requestOf(user, previous);
    const lost = request.kind !== 'status' && this.random.integer(1, this.shape.unknownOneIn) === 1;
    const call = { ...name, user, t0, t1: t0, at: t0, request, reply: null, served: false, lost };
    this.schedule(call, t0 + this.random.integer(1_000, 30_000));
  }

  private schedule(call: UnderWay, at: number): void {
    call.at = at;
    const { agenda } = this;
    let low = 0;
    let high = agenda.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((agenda[middle]?.at ?? 0) > at) low = middle + 1;
      else high = middle;
    }
    agenda.splice(low, 0, call);
  }

  private requestOf(user: number, previous: UnderWay | null): Request {
    const { random, shape } = this;
    if (previous?.lost && previous.request.key !== null) return previous.request;
    if (previous?.request.kind === 'refresh') return { ...previous.request, kind: 'status' };
    const own = Math.floor(shape.bookings / shape.processes);
    const guest = this.guests[user * own + random.integer(0, own - 1)] as Guest;
    const tables = [random.integer(0, shape.tables - 1)];
    const request: Request = { kind: 'assign', guest, tables, window: guest.window, key: null };
    if (random.integer(1, 20) === 1) return { ...request, kind: 'refresh' };
    const [taken] = guest.tables;
    if (taken !== undefined) {
      // Gives it back, or moves by half an hour.
      if (random.integer(0, 2) > 0) return { ...request, kind: 'unassign', tables: [taken] };
      return { ...request, tables: [taken], window: (guest.window + random.integer(0, 1)) % shape.windows };
    }
    if (shape.pairsOneIn > 0 && random.integer(1, shape.pairsOneIn) === 1) {
      request.tables = [...new Set([...tables, random.integer(0, shape.tables - 1)])];
    }
    if (random.integer(1, 10) === 1) {
      this.keys += 1;
      request.key = `ts-bench-${this.keys}`;
    }
    return request;
  }
}
