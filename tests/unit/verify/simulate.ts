import { type Random, randomStream } from '../../../plan/random.ts';

/**
 * A tiny correct application with concurrent callers, in memory: every call takes effect at one instant between its
 * begin and its end. What it yields is a script in the language of runs, so it is right by construction.
 */
export interface Simulated {
  calls: SimulatedCall[];
  final: { booking: number; table: number; slot: number }[];
}

export interface SimulatedCall {
  process: number;
  t0: number;
  t1: number;
  kind: 'assign' | 'unassign';
  booking: number;
  tables: number[];
  slot: number;
  answer: 'ok' | 'conflict' | 'info';
}

const windows = ['@60-120', '@90-150', '@120-180', '@180-240'] as const;

/** Whether two of the windows overlap, written out by hand. */
export const overlapping: readonly (readonly boolean[])[] = [
  [true, true, false, false],
  [true, true, true, false],
  [false, true, true, false],
  [false, false, false, true],
];

export function simulate(seed: number): Simulated {
  const random = randomStream(seed, 'simulation');
  const pending = scheduleCalls(random);
  const live: { booking: number; table: number; slot: number }[] = [];
  for (const call of [...pending].sort((a, b) => a.at - b.at)) {
    if (call.answer === 'info' && !call.takesEffect) continue;
    if (call.kind === 'unassign') {
      for (const table of call.tables) remove(live, call.booking, table);
      continue;
    }
    const blocked = live.some(
      (claim) =>
        claim.booking !== call.booking &&
        call.tables.includes(claim.table) &&
        overlapping[claim.slot]?.[call.slot] === true,
    );
    if (blocked) {
      if (call.answer !== 'info') call.answer = 'conflict';
      continue;
    }
    for (const table of call.tables) {
      remove(live, call.booking, table);
      live.push({ booking: call.booking, table, slot: call.slot });
    }
  }
  return { calls: pending, final: live };
}

interface Scheduled extends SimulatedCall {
  at: number;
  takesEffect: boolean;
}

function scheduleCalls(random: Random): Scheduled[] {
  const calls: Scheduled[] = [];
  const processes = random.integer(1, 5);
  const tables = random.integer(1, 3);
  for (let process = 0; process < processes; process += 1) {
    let time = random.integer(0, 20);
    for (let index = random.integer(1, 6); index > 0; index -= 1) {
      const t0 = time;
      const t1 = t0 + random.integer(0, 20);
      const first = random.integer(1, tables);
      const unknown = random.integer(0, 14) === 0;
      calls.push({
        process: process + (unknown ? 10 * index : 0),
        t0,
        t1,
        at: random.integer(t0 * 10, t1 * 10) / 10,
        kind: random.integer(0, 3) === 0 ? 'unassign' : 'assign',
        booking: random.integer(1, 4),
        tables: [first],
        slot: random.integer(0, windows.length - 1),
        answer: unknown ? 'info' : 'ok',
        takesEffect: random.integer(0, 1) === 1,
      });
      time = t1 + random.integer(1, 10);
    }
  }
  return calls;
}

function remove(live: { booking: number; table: number }[], booking: number, table: number): void {
  const index = live.findIndex((claim) => claim.booking === booking && claim.table === table);
  if (index >= 0) live.splice(index, 1);
}

/** The run as a script that `parseRun` reads. */
export function scriptOf({ calls, final }: Simulated): string {
  const lines = calls.map(({ process, t0, t1, kind, booking, tables, slot, answer }) => {
    const named = tables.map((table) => `t${table}`).join(',');
    const result = answer === 'conflict' ? 'P0001 overlap' : answer;
    const asked = kind === 'assign' ? `${named} ${windows[slot]}` : named;
    return `p${process} ${t0}..${t1} ${kind} b${booking} ${asked} -> ${result}`;
  });
  const rows = final.map(({ booking, table, slot }) => `final b${booking} t${table} ${windows[slot]}`);
  return [...lines, ...rows].join('\n');
}
