import { windowFrom } from '../../../contracts/instant.ts';
import { Answer, type Columns, F, Type } from '../../../history/columns/columns.ts';
import { type Recorded, recordedOf } from '../../../history/columns/recorded.ts';
import { requestedWindows } from '../../requested-windows.ts';
import type { RunData } from '../../run-data.ts';

/** What is needed of a run to look for orders, as numbers: a thread can be given it without a copy of the records. */
export interface OrderInput {
  count: number;
  columns: Columns;
  /** Tables of the sets that columns name. */
  sets: readonly (readonly number[])[];
  /** How many words the columns name, at most. */
  words: number;
  /** For each row the number of the window that it asks for; where each of them begins and ends. */
  windows: { ofRow: Int32Array; starts: Float64Array; ends: Float64Array };
  /** Rows of which the answer is not what nearly all answers are, so that only the record tells whether it can be right. */
  unusual: Int32Array;
  /** The code P0003, 0 when nobody was answered that. */
  reused: number;
  /** The assignments that were found after the load, NaN for no window; null: nobody looked. */
  rows: { bookings: Int32Array; tables: Int32Array; starts: Float64Array; ends: Float64Array } | null;
}

/**
 * The run in numbers; null for one that has calls of other kinds than assignments and their undoing, or several clocks, or
 * assignments that name no window: those the exact search reads from the records.
 */
export function orderInput(run: RunData): OrderInput | null {
  const recorded = recordedOf(run.history.operations);
  if (!isPlain(recorded)) return null;
  const windows = windowsOf(run, recorded);
  if (!windows) return null;
  const { columns, count, words, sets } = recorded;
  const rows = rowsOf(run, recorded);
  return {
    count,
    columns,
    sets: sets.all,
    words: words.count + 1,
    windows,
    unusual: unusualRows(recorded, windows),
    reused: words.find('P0003'),
    rows,
  };
}

function isPlain({ columns, count, words }: Recorded): boolean {
  const { f, type, runner, code, key } = columns;
  const reused = words.find('P0003');
  for (let row = 0; row < count; row += 1) {
    if (runner[row] !== runner[0]) return false;
    if (f[row] === F.confirm || f[row] === F.hold || f[row] === F.release) return false;
    // Without a key nobody can say what was used before.
    if (f[row] === F.assign && key[row] === 0 && reused !== 0 && code[row] === reused) return false;
    if (f[row] === F.transition && type[row] !== Type.fail) return false;
  }
  return words.count > 0;
}

function windowsOf(run: RunData, { columns, count }: Recorded): OrderInput['windows'] | null {
  const { ofRow, windows } = requestedWindows(run);
  for (let row = 0; row < count; row += 1) {
    if (columns.f[row] === F.assign && (ofRow[row] as number) <= 0) return null;
  }
  return {
    ofRow,
    starts: Float64Array.from(windows, (window) => window?.start ?? Number.NaN),
    ends: Float64Array.from(windows, (window) => window?.end ?? Number.NaN),
  };
}

function unusualRows({ columns, count, words }: Recorded, windows: OrderInput['windows']): Int32Array {
  const { f, type, kind, start, end, answeredStart, answeredEnd } = columns;
  const rows: number[] = [];
  const otherwise = new Map<string, boolean>();
  for (let row = 0; row < count; row += 1) {
    if (type[row] !== Type.ok || (f[row] !== F.assign && f[row] !== F.unassign)) continue;
    if (kind[row] === Answer.other) rows.push(row);
    if (kind[row] !== Answer.rows) continue;
    const [from, to] = [answeredStart[row] as number, answeredEnd[row] as number];
    if (from === start[row] && to === end[row] && from !== 0 && to !== 0) continue;
    const window = windows.ofRow[row] as number;
    const name = `${from} ${to} ${window}`;
    let differs = otherwise.get(name);
    if (differs === undefined) {
      const answered = windowFrom(words.textOrNull(from), words.textOrNull(to));
      differs =
        answered !== null &&
        !(answered.start === windows.starts[window] && answered.end === windows.ends[window]);
      otherwise.set(name, differs);
    }
    if (differs) rows.push(row);
  }
  return Int32Array.from(rows);
}

function rowsOf({ finalState }: RunData, { words }: Recorded): OrderInput['rows'] {
  if (!finalState) return null;
  const { assignments } = finalState;
  return {
    bookings: Int32Array.from(assignments, ({ booking_id }) => words.addText(booking_id)),
    tables: Int32Array.from(assignments, ({ table_id }) => words.addText(table_id)),
    starts: Float64Array.from(assignments, ({ window }) => window?.start ?? Number.NaN),
    ends: Float64Array.from(assignments, ({ window }) => window?.end ?? Number.NaN),
  };
}
