import { randomStream } from '../../../../plan/random.ts';
import type { RunData } from '../../../../verify/run-data.ts';
import { parseRun } from '../script.ts';

/** A table with one window, in memory: its stored status changes only when a refresh takes effect. */
export interface SimulatedTable {
  run: RunData;
  script: string;
  /** True milliseconds after start and end of the window until the stored status followed; null: never did. */
  truth: { start: number | null; end: number | null };
}

const START = 60_000;
const END = 120_000;
/** How long is looked at before and after each boundary, milliseconds. */
const AROUND = 8000;

/**
 * Refreshes and reads at random, each of which takes effect at one moment of its call. The machine may be busy: calls
 * take long, and come late.
 *
 * @param lateBy milliseconds by which the refresh follows the windows; 0 is right
 */
export function simulateTable(seed: number, lateBy: number): SimulatedTable {
  const random = randomStream(seed, 'freshness');
  const slow = random.pick([5, 50, 1500]);
  const pollEvery = random.integer(50, 900);
  const jobEvery = random.integer(700, random.integer(0, 3) === 0 ? 4000 : 1200);
  const calls: { process: number; t0: number; t1: number; at: number; text: string | null }[] = [];
  const add = (process: number, every: number, from: number, until: number, refresh: boolean): void => {
    for (let t0 = from + random.integer(0, every); t0 < until; ) {
      const t1 = t0 + random.integer(1, slow);
      calls.push({ process, t0, t1, at: random.integer(t0, t1), text: refresh ? 'refresh t1' : null });
      t0 = Math.max(t1 + 1, t0 + every + random.integer(0, slow));
    }
  };
  for (const boundary of [START, END]) {
    add(1, pollEvery, boundary - AROUND, boundary + AROUND, false);
    add(2, jobEvery, boundary - AROUND, boundary + AROUND, true);
  }
  const truth: SimulatedTable['truth'] = { start: null, end: null };
  let stored = 'available';
  const lines: string[] = [];
  for (const call of calls.sort((a, b) => a.at - b.at)) {
    if (call.text !== null) {
      // now() is the transaction's begin, which is some moment before the write.
      const now = call.t0 - lateBy;
      stored = now >= START && now < END ? 'reserved' : 'available';
      if (stored === 'reserved' && truth.start === null && call.at >= START) truth.start = call.at - START;
      if (stored === 'available' && truth.end === null && call.at >= END) truth.end = call.at - END;
    }
    lines.push(`p${call.process} ${call.t0}..${call.t1} ${call.text ?? `status t1=${stored}`}`);
  }
  const script = ['watch t1 every', 'p0 0..10 assign b1 t1 @60-120 -> ok', ...lines, 'final b1 t1'].join(
    '\n',
  );
  return { run: parseRun(script), script, truth };
}
