import { type Random, randomStream } from '../../../../plan/random.ts';
import { Application, type Habits, type Request } from './application.ts';

/** A run as lines in the language of runs, so that it can be read, and damaged line by line. */
export interface SimulatedRun {
  settings: string[];
  calls: SimulatedCall[];
  rows: string[];
}

export interface SimulatedCall {
  runner: string;
  process: number;
  /** Milliseconds on the runner's clock. */
  t0: number;
  t1: number;
  /** What is called, and with what. */
  request: string;
  answer: string;
}

export interface Size {
  processes: number;
  callsEach: number;
  tables: number;
  bookings: number;
  /** One call in so many has no answer. */
  unknownOneIn: number;
  /** The longest that a call takes, milliseconds; pauses between calls are at most 10. */
  longest: number;
  kinds: [Request['kind'], ...Request['kind'][]];
  windows: [Slot, ...Slot[]];
  keys: [string, ...string[]];
}

type Slot = readonly [start: number, end: number];

const windows: [Slot, ...Slot[]] = [
  [60, 120],
  [90, 150],
  [120, 180],
  [180, 240],
];
const keys: [string, ...string[]] = ['', '', 'k', 'l'];

const everything: Size['kinds'] = [
  'assign',
  'assign',
  'assign',
  'assign',
  'unassign',
  'hold',
  'release',
  'confirm',
  'transition',
];

/** Sizes of runs, each with another emphasis. */
export const sizes = {
  'few calls': {
    processes: 3,
    callsEach: 3,
    tables: 2,
    bookings: 3,
    unknownOneIn: 6,
    longest: 20,
    kinds: everything,
    windows,
    keys,
  },
  'many callers on one table': {
    processes: 5,
    callsEach: 2,
    tables: 1,
    bookings: 3,
    unknownOneIn: 4,
    longest: 20,
    kinds: everything,
    windows,
    keys,
  },
  'long calls for one booking': {
    processes: 5,
    callsEach: 2,
    tables: 2,
    bookings: 1,
    unknownOneIn: 12,
    longest: 60,
    kinds: ['assign', 'unassign'],
    windows: [[60, 120]],
    keys: ['', '', 'k'],
  },
  'long calls with holds': {
    processes: 6,
    callsEach: 1,
    tables: 1,
    bookings: 2,
    unknownOneIn: 9,
    longest: 60,
    kinds: ['assign', 'hold', 'hold', 'release', 'confirm'],
    windows: [[60, 120]],
    keys: [''],
  },
  'long calls that assign and end': {
    processes: 6,
    callsEach: 1,
    tables: 1,
    bookings: 2,
    unknownOneIn: 9,
    longest: 60,
    kinds: ['assign', 'assign', 'transition'],
    windows: [
      [60, 120],
      [90, 150],
    ],
    keys: ['', 'k'],
  },
  'many calls': {
    processes: 6,
    callsEach: 8,
    tables: 3,
    bookings: 6,
    unknownOneIn: 12,
    longest: 20,
    kinds: everything,
    windows,
    keys,
  },
} satisfies Record<string, Size>;
export type SizeName = keyof typeof sizes;

/** Error of both runners' clocks, and of the database's, milliseconds. */
const ERROR = 6;

/** A call that will be made, on the true clock, in milliseconds. */
export interface PlannedCall {
  runner: string;
  process: number;
  begin: number;
  end: number;
  /** When it takes effect; infinite: never. */
  at: number;
  /** When its transaction began, by whose time holds expire. */
  since: number;
  answered: boolean;
  parsed: Request;
}

/** How far each runner's clock, and the database's, is ahead, milliseconds. */
export interface Skews {
  runners: ReadonlyMap<string, number>;
  database: number;
}

/**
 * Concurrent callers of a correct application: each call takes effect at one instant between its begin and its end, an
 * unanswered one at any instant after its begin, or never. Right by construction, whatever the habits.
 */
export function perform(habits: Habits, planned: readonly PlannedCall[], skews: Skews): SimulatedRun {
  const application = new Application(habits);
  const answers = new Map<PlannedCall, string>();
  for (const call of planned.toSorted((a, b) => a.at - b.at)) {
    if (call.at === Number.POSITIVE_INFINITY) continue;
    answers.set(call, application.serve(call.parsed, call.since + skews.database));
  }
  const calls = planned.map((call): SimulatedCall => {
    const skew = skews.runners.get(call.runner) ?? 0;
    const answer = call.answered ? (answers.get(call) ?? 'info') : 'info';
    const { runner, process } = call;
    return {
      runner,
      process,
      t0: call.begin + skew,
      t1: call.end + skew,
      request: textOf(call.parsed),
      answer,
    };
  });
  return {
    settings: [
      ...(habits.keepsNoLedger ? [] : ['has ledger']),
      ...(skews.runners.size > 1 ? [`runner east error=${ERROR}`] : []),
      ...(skews.database === 0 ? [] : [`clock error=${ERROR}`]),
    ],
    calls,
    rows: application.rows.map(
      ({ booking, table, start, end }) => `final b${booking} t${table} @${start}-${end}`,
    ),
  };
}

/** Callers with habits, requests and instants from one seed. */
export function simulate(seed: number, size: Size): SimulatedRun {
  const random = randomStream(seed, 'linearizable');
  const coin = (oneIn = 2): boolean => random.integer(1, oneIn) === 1;
  const habits: Habits = {
    forgetsKeys: coin(),
    keepsNoLedger: coin(4),
    refusesHolds: coin(),
    afterwards: random.pick(['kept', 'gone', 'shortened']),
    endsHolds: coin(),
    confirmsByKey: coin(),
  };
  const names: [string, ...string[]] = coin(4) ? ['hot-table', 'east'] : ['hot-table'];
  const error = (): number => (names.length > 1 ? random.integer(-ERROR, ERROR) : 0);
  const runners = new Map(names.map((name) => [name, error()]));
  const planned: PlannedCall[] = [];
  for (let user = 0; user < size.processes; user += 1) {
    const runner = random.pick(names);
    let process = user;
    let begin = 40 + random.integer(0, 20);
    for (let left = random.integer(1, size.callsEach); left > 0; left -= 1) {
      const end = begin + random.integer(0, size.longest);
      const answered = !coin(size.unknownOneIn);
      const at = answered ? random.integer(begin * 10, end * 10) / 10 : latecomer(random, begin);
      const since =
        at === Number.POSITIVE_INFINITY ? begin : random.integer(begin * 10, Math.floor(at * 10)) / 10;
      planned.push({ runner, process, begin, end, at, since, answered, parsed: makeRequest(random, size) });
      // Whoever goes on is another process.
      if (!answered) process += size.processes;
      begin = end + random.integer(1, 10);
    }
  }
  return perform(habits, planned, { runners, database: coin() ? random.integer(-ERROR, ERROR) : 0 });
}

/** When an unanswered call takes effect: soon, or after everything else, or never. */
function latecomer(random: Random, begin: number): number {
  return begin + random.pick([random.integer(0, 30), random.integer(0, 200), Number.POSITIVE_INFINITY]);
}

function makeRequest(random: Random, size: Size): Request {
  const [start, end] = random.pick(size.windows);
  const first = random.integer(1, size.tables);
  const second = random.integer(1, size.tables);
  const kind = random.pick(size.kinds);
  const hold = random.integer(1, 3);
  return {
    kind,
    booking: random.integer(kind === 'hold' ? 0 : 1, size.bookings),
    // A confirmation names what its hold claims.
    tables:
      kind === 'hold' || kind === 'confirm'
        ? holdTables(hold, size)
        : kind === 'unassign' && random.integer(0, 1) === 0
          ? []
          : [...new Set(random.integer(0, 3) === 0 ? [first, second] : [first])],
    start: kind === 'hold' || kind === 'confirm' ? 60 : start,
    end: kind === 'hold' || kind === 'confirm' ? 120 : end,
    key: random.pick(size.keys),
    hold,
    until: random.pick([70, 80, 100, 100_000]),
    status: random.pick(['confirmed', 'cancelled', 'completed', 'no_show']),
  };
}

function holdTables(hold: number, { tables }: Size): number[] {
  return hold === 1 && tables > 1 ? [1, 2] : [1 + (hold % tables)];
}

function textOf({ kind, booking, tables, start, end, key, hold, until, status }: Request): string {
  const names = tables.map((table) => `t${table}`).join(',');
  const keyed = key === '' ? '' : ` key=${key}`;
  switch (kind) {
    case 'assign':
      return `assign b${booking} ${names} @${start}-${end}${keyed}`;
    case 'confirm':
      return `confirm h${hold} b${booking} ${names} @${start}-${end}${keyed}`;
    case 'hold':
      return `hold h${hold} b${booking} ${names} @${start}-${end} until=${until / 1000}`;
    case 'unassign':
      return `unassign b${booking} ${names}`;
    case 'release':
      return `release h${hold}`;
    case 'transition':
      return `transition b${booking} ${status}`;
  }
}

export function scriptOf({ settings, calls, rows }: SimulatedRun): string {
  const lines = calls.map(({ runner, process, t0, t1, request, answer }) => {
    const from = runner === 'hot-table' ? '' : `${runner}:`;
    return `${from}p${process} ${t0}..${t1} ${request} -> ${answer}`;
  });
  return [...settings, ...lines, ...rows].join('\n');
}
