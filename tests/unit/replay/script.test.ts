import { beforeAll, describe, expect, it } from 'vitest';
import type { InvariantId } from '../../../contracts/verdict.ts';
import type { ChosenCalls } from '../../../replay/arrange.ts';
import { chooseCalls } from '../../../replay/choose-calls.ts';
import { scriptOf } from '../../../replay/script.ts';
import { loadParser, parse } from '../../../sql/parser.ts';
import { loadScanner } from '../../../sql/tokens.ts';
import { deployment, lookups } from '../status-matrix/deployment.ts';
import { histories, recordedRun, violationOf } from './recorded.ts';

beforeAll(async () => {
  await loadScanner();
  await loadParser();
});

const target = { tables: deployment(), source: 'public', lookups, confirmParameters: [] };
const words = {
  outcome: 'reproduced in try 3',
  command: 'npm run stress -- replay runs/latest --violation 1',
};

function script(history: string, invariant: InvariantId): string {
  const run = recordedRun(history);
  const kept = violationOf(run, invariant);
  const choice = chooseCalls(run, kept) as { chosen: [ChosenCalls] };
  return scriptOf(target, run, kept, choice.chosen[0], words);
}

it('holds all that the calls need and no more', async () => {
  const { invariant, script: history } = histories['no-lock-no-constraint'];
  await expect(script(history, invariant)).toMatchFileSnapshot('no-double-booking.sql');
});

it('is the same whenever it is made from the same', () => {
  const { invariant, script: history } = histories['partial-merge'];
  expect(script(history, invariant)).toBe(script(history, invariant));
});

describe.each(Object.entries(histories))('the script of %s', (_, { invariant, script: history }) => {
  it('is SQL to the last statement', () => {
    expect(parse(script(history, invariant))).toHaveProperty('statements');
  });
});

it('tells how sessions meet only where calls overlapped', () => {
  const { invariant, script: history } = histories['key-ignored'];
  const text = script(history, invariant);
  expect(text).not.toContain('SELECT table_stress_repro.wait_at_barrier();');
  expect(text).toContain('nothing is left to luck');
  expect(text).toContain('-- process 1, from 20.000 ms to 30.000 ms, after A1');
});

it('waits until a hold has lapsed', () => {
  const text = script(
    `
    p0 0..5 hold h1 b1 t1 until=2 -> ok
    p1 3000..3020 assign b2 t1 -> P0001 hold_conflict
    `,
    'justified-rejection',
  );
  expect(text).toContain("UPDATE table_holds SET expires_at = now() + interval '2000 milliseconds'");
  expect(text).toContain('SELECT pg_sleep(2.995);');
});

it('keeps messages of the application within their comment', () => {
  const run = recordedRun('p0 0..9 assign b1 t1 -> 23P01 raw');
  const [operation] = run.history.operations;
  Object.assign(operation?.value as object, { message: "broken\n; DROP TABLE bookings; --\r\n'" });
  const kept = violationOf(run, 'mapped-errors');
  const choice = chooseCalls(run, kept) as { chosen: [ChosenCalls] };
  const text = scriptOf(target, run, kept, choice.chosen[0], words);
  for (const line of text.split('\n').filter((each) => each.includes('DROP TABLE bookings'))) {
    expect(line).toMatch(/^-- /);
  }
});
