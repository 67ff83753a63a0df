import { CallColumns } from './calls.ts';
import type { OrderInput } from './input.ts';
import { Kind } from './kind.ts';
import { partsOf } from './partition.ts';
import { SimpleOrder } from './simple-order.ts';

/** What was found of the orders of a run, and what is left to the exact search. */
export interface Orders {
  /** How many calls are recorded. */
  calls: number;
  parts: number;
  open: OpenPart[];
}

/** A part of which no order was found at once. */
export interface OpenPart {
  /** Rows of its calls, ascending. */
  rows: number[];
  /** The words of the bookings and tables of its last reads. */
  reads: [booking: number, table: number][];
}

/** Looks for an order of each part of a run. */
export function findOrders(input: OrderInput): Orders {
  const calls = new CallColumns(input);
  const { parts, keyed } = partsOf(calls);
  const unusual = new Set(input.unusual);
  const order = new SimpleOrder(calls);
  const isSimple = (call: number): boolean =>
    keyed[call] === 0 && (call >= calls.recorded || !unusual.has(calls.rows[call] as number));
  const open = parts.filter((part) => !(part.every(isSimple) && order.find(part)));
  return { calls: calls.recorded, parts: parts.length, open: open.map((part) => openPart(calls, part)) };
}

function openPart({ kinds, rows, pairs }: CallColumns, part: Int32Array): OpenPart {
  const found: OpenPart = { rows: [], reads: [] };
  for (const call of part) {
    const row = rows[call] as number;
    if (kinds[call] === Kind.read) found.reads.push([pairs.first(row), pairs.second(row)]);
    else found.rows.push(row);
  }
  return found;
}
