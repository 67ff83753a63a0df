import { expect, it } from 'vitest';
import { operationId } from '../../../../history/operation.ts';
import type { Call } from '../../../../verify/linearizability/call.ts';
import { orderInput } from '../../../../verify/linearizability/columns/input.ts';
import { findOrders } from '../../../../verify/linearizability/columns/orders.ts';
import { callsOfParts } from '../../../../verify/linearizability/open-parts.ts';
import { evidenceOf } from '../../../../verify/verify.ts';
import { roundsOf } from '../../../rounds.ts';
import { parseRun } from '../script.ts';
import { damaged, damageNames } from './damage.ts';
import { searchScript } from './searched.ts';
import { type SizeName, scriptOf, simulate, sizes } from './simulate.ts';

/** A part by what it holds. */
function textOf(part: readonly Call[]): string {
  return part
    .map((call) => {
      if (call.kind === 'read') return `${call.booking.id} ${call.table} ${JSON.stringify(call.row)}`;
      return call.operation ? `${operationId(call.operation)} ${call.kind} ${call.outcome}` : call.kind;
    })
    .join('\n');
}

/** Null for a run that the columns do not serve. */
function lookedAt(script: string) {
  const run = parseRun(script);
  const input = orderInput(run);
  if (!input) return null;
  const orders = findOrders(input);
  const open = [...callsOfParts(evidenceOf(run, ''), orders.open)].map(textOf);
  return { orders, open };
}

const seen = { parts: 0, explained: 0, broken: 0 };

function compare(script: string): void {
  const looked = lookedAt(script);
  if (!looked) return;
  const { parts, contradictions, calls } = searchScript(script);
  expect(looked.orders.parts, script).toBe(parts.length);
  expect(looked.orders.calls, script).toBe(calls.filter(({ operation }) => operation).length);
  // What is left to the search is whole parts, in their order.
  const texts = parts.map(textOf);
  const places = looked.open.map((text) => texts.indexOf(text));
  expect(places, script).not.toContain(-1);
  expect(places, script).toEqual(places.toSorted((a, b) => a - b));
  // A part of which no order exists is never explained.
  for (const { part } of contradictions) expect(looked.open, script).toContain(textOf(part));
  seen.parts += parts.length;
  seen.explained += parts.length - looked.open.length;
  seen.broken += contradictions.length;
}

it('finds the parts of the exact search, and orders of none that has none', () => {
  for (const name of Object.keys(sizes) as SizeName[]) {
    for (let seed = 0; seed < roundsOf(120); seed += 1) {
      compare(scriptOf(simulate(seed, sizes[name])));
      for (const damage of damageNames) {
        if (seed < roundsOf(40)) compare(scriptOf(damaged(simulate(seed, sizes[name]), damage, seed)));
      }
    }
  }
  expect(seen.broken).toBeGreaterThan(20);
  expect(seen.explained).toBeGreaterThan(seen.parts / 3);
});
