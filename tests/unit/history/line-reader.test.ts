import fc from 'fast-check';
import { expect, it } from 'vitest';
import { LineReader } from '../../../history/columns/line-reader.ts';
import { emptyRecorded } from '../../../history/columns/recorded.ts';
import { Records, wholeRecord } from '../../../history/columns/view.ts';
import type { Operation } from '../../../history/operation.ts';
import { operationSchema } from '../../../history/schema.ts';
import { operation } from './arbitrary.ts';
import { record, run } from './records.ts';

/** As JSON, so that the order of the fields counts as well; null when the schema refuses it, or it is no JSON. */
function bySchema(line: string): string | null {
  try {
    const result = operationSchema.safeParse(JSON.parse(line));
    return result.success ? JSON.stringify(result.data) : null;
  } catch {
    return null;
  }
}

/** Null when the line is left to others. */
function byBytes(line: string): string | null {
  const recorded = emptyRecorded(1);
  const bytes = Buffer.from(`${line}\n`);
  const next = new LineReader(recorded, run).read(bytes, 0, 0);
  if (next === -1) return null;
  expect(next).toBe(bytes.length);
  recorded.count = 1;
  const records = new Records(recorded, run);
  const whole = JSON.stringify(records.at(0));
  // A view has the same fields, however it is asked for them.
  const [view] = records.views();
  expect(JSON.stringify(view)).toBe(whole);
  const fields = Object.keys(records.at(0)) as (keyof typeof view)[];
  for (const field of fields) expect(view?.[field], field).toEqual(records.at(0)[field]);
  expect(view && wholeRecord(view)).toEqual(records.at(0));
  return whole;
}

/** The fields in the order in which the load generators write them. */
function written(one: Operation): string {
  const { v, runner, process, index, scenario, f, input, t0, t1, type, code, value, http, retry } = one;
  const { round, expect: expected } = one;
  const outcome = { t0, t1, type, class: one.class, code, value, http, retry };
  const names = { v, run: one.run, runner, process, index, scenario };
  return JSON.stringify({ ...names, f, input, ...outcome, round, expect: expected });
}

const recorded = operation.map((one) => ({ ...one, run }));
/** Texts of letters and digits, times of some hours, answers as they nearly always are: rows and tables as asked. */
const usual = recorded.map((one): Operation => {
  const record = JSON.parse(JSON.stringify(one), (_, value: unknown) => {
    if (typeof value === 'string') return value.replaceAll(/[^\w:.+-]/gu, 'x');
    return typeof value === 'number' ? value % 1e13 : value;
  }) as Operation;
  Object.assign(record, { runner: record.runner || 'smoke', t1: Math.max(record.t0, record.t1) });
  if (record.type !== 'ok') return record;
  if (record.f === 'assign') {
    const { table_ids, start_at, end_at } = record.input;
    const value = table_ids.map((table_id) => ({ table_id, start_at, end_at, merge_group_id: null }));
    return { ...record, value };
  }
  return record.f === 'unassign' ? { ...record, value: record.input.table_ids ?? [] } : record;
});

it('reads what the load generators write as the schema does', () => {
  let read = 0;
  fc.assert(
    fc.property(usual, (one) => {
      const line = written(one);
      const found = byBytes(line);
      if (found === null) return;
      read += 1;
      expect(found).toBe(bySchema(line));
    }),
    { numRuns: 2000 },
  );
  expect(read).toBeGreaterThan(200);
});

it('takes nothing that the schema refuses, whichever byte is damaged', () => {
  let refused = 0;
  fc.assert(
    fc.property(
      usual,
      fc.nat(),
      fc.constantFrom('', '"', '\\', '{', '}', '[', ']', ',', ' ', '0', '-', '.', 'e', 'é', '\r', '\u0000'),
      fc.boolean(),
      (one, at, damage, replace) => {
        const line = written(one);
        const place = at % line.length;
        const damaged = line.slice(0, place) + damage + line.slice(place + (replace ? 1 : 0));
        const found = byBytes(damaged);
        if (found === null) refused += 1;
        else expect(found, damaged).toBe(bySchema(damaged));
      },
    ),
    { numRuns: 5000 },
  );
  expect(refused).toBeGreaterThan(1000);
});

it.each([
  ['an escape', { code: 'a"b' }],
  ['characters beyond ASCII', { code: 'é' }],
  ['a fraction', { t1: 7.5 }],
  ['a number beyond the columns', { http: 2 ** 40 }],
  ['an end before the start', { t0: 9, t1: 3 }],
  ['an unknown kind of call', { f: 'drop' }],
  ['an answer with nothing in place of a table', { value: [null] }],
  ['another run', { run: 'ffffffff' }],
])('leaves a line with %s to others', (_, more) => {
  expect(byBytes(JSON.stringify(record(0)))).not.toBeNull();
  expect(byBytes(JSON.stringify(record(0, more)))).toBeNull();
});

it('leaves other spellings, fields in other orders and fields that stand twice to others', () => {
  const line = JSON.stringify(record(0));
  for (const other of [
    line.replace(',', ', '),
    `${line}\r`,
    ` ${line}`,
    line.replace('"process":0,"index":0', '"index":0,"process":0'),
    line.replace('"index":0', '"index":0,"index":0'),
    line.replace('"process":0', '"process":00'),
    line.replace('"process":0', '"process":-0'),
    line.slice(0, -1),
  ]) {
    expect(byBytes(other), other).toBeNull();
  }
});
