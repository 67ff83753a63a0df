import { type ColumnName, type Columns, columnNames } from './columns.ts';
import type { Recorded } from './recorded.ts';

/** Brings the rows into the order of their starts, then of their ends; those of the same time stay in theirs. */
export function sortByStart(recorded: Recorded): void {
  const rows = new Int32Array(recorded.count);
  for (let row = 0; row < rows.length; row += 1) rows[row] = row;
  keepRows(recorded, rows);
}

/** Keeps these rows, sorted as above. */
export function keepRows(recorded: Recorded, rows: Int32Array): void {
  const { columns, others } = recorded;
  const { t0, t1 } = columns;
  const isLater = (a: number, b: number): boolean => {
    const [one, other] = [t0[a] as number, t0[b] as number];
    return one > other || (one === other && (t1[a] as number) > (t1[b] as number));
  };
  sortNearlySorted(rows, isLater);
  for (const name of columnNames) gather(columns, name, rows);
  recorded.count = rows.length;
  if (others.size === 0) return;
  const moved = new Map(
    [...rows].flatMap((before, row) => {
      const other = others.get(before);
      return other ? [[row, other] as const] : [];
    }),
  );
  recorded.others = moved;
}

function gather(columns: Columns, name: ColumnName, rows: Int32Array): void {
  const from = columns[name];
  const sorted = from.slice(0, rows.length);
  let used = false;
  for (let row = 0; row < rows.length; row += 1) {
    const value = from[rows[row] as number] as number;
    sorted[row] = value;
    used ||= value !== 0 || from[row] !== 0;
  }
  // Memory of a column that nobody uses stays untouched, and so takes none.
  if (used) from.set(sorted);
}

/** Stable. */
function sortNearlySorted(rows: Int32Array, isLater: (a: number, b: number) => boolean): void {
  // By insertion as long as that moves little: files are written in the order of ends.
  let left = rows.length * 64;
  for (let at = 1; at < rows.length; at += 1) {
    const row = rows[at] as number;
    let to = at;
    for (; to > 0 && isLater(rows[to - 1] as number, row); to -= 1) rows[to] = rows[to - 1] as number;
    rows[to] = row;
    left -= at - to;
    if (left < 0) {
      rows.sort((a, b) => (isLater(a, b) ? 1 : isLater(b, a) ? -1 : 0));
      return;
    }
  }
}
