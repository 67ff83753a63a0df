import type { Window } from '../contracts/instant.ts';
import { F } from '../history/columns/columns.ts';
import { IntPairs } from '../history/columns/int-pairs.ts';
import { type Recorded, recordedOf } from '../history/columns/recorded.ts';
import type { AssignOperation, Operation } from '../history/operation.ts';
import { requestedWindow } from './effects.ts';
import type { RecordedRun } from './run-data.ts';

/** The windows that the assignments of a run ask for, each once and by number. */
export interface RequestedWindows {
  /**
   * The number for each operation, in their order; 0 for one that asks for none, or for one that nobody knows; -1 where a text
   * names no instant, so that `requestedWindow` throws.
   */
  ofRow: Int32Array;
  windows: (Window | null)[];
}

const known = new WeakMap<readonly Operation[], RequestedWindows>();

/** What `requestedWindow` gives for each assignment and confirmation of the run. */
export function requestedWindows(run: RecordedRun): RequestedWindows {
  const { operations } = run.history;
  let found = known.get(operations);
  if (!found) {
    found = windowsOf(run, recordedOf(operations));
    known.set(operations, found);
  }
  return found;
}

function windowsOf(run: RecordedRun, { columns, count }: Recorded): RequestedWindows {
  const { f, start, end, booking } = columns;
  const ofRow = new Int32Array(new SharedArrayBuffer(count * 4));
  const windows: (Window | null)[] = [null];
  const texts = new IntPairs();
  const own = new IntPairs();
  const numbers: [number[], number[]] = [[], []];
  for (let row = 0; row < count; row += 1) {
    if (f[row] !== F.assign && f[row] !== F.confirm) continue;
    const [from, to] = [start[row] as number, end[row] as number];
    const isOwn = from === 0 || to === 0;
    const pairs = isOwn ? own : texts;
    const place = isOwn ? pairs.add(booking[row] as number, 0) : pairs.add(from, to);
    const list = numbers[isOwn ? 1 : 0];
    let number = list[place];
    if (number === undefined) {
      number = numberOf(run, run.history.operations[row] as AssignOperation, windows);
      list[place] = number;
    }
    ofRow[row] = number;
  }
  return { ofRow, windows };
}

function numberOf(run: RecordedRun, operation: AssignOperation, windows: (Window | null)[]): number {
  try {
    const window = requestedWindow(run, operation);
    return window ? windows.push(window) - 1 : 0;
  } catch (error) {
    if (error instanceof RangeError) return -1;
    throw error;
  }
}
