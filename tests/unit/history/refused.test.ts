import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { UsageError } from '../../../contracts/errors.ts';
import { readHistory } from '../../../history/read.ts';
import { anchor, end, historyFolder, lines, readText, record, run } from './records.ts';

/** Histories that are not what they claim to be: a verdict over them would be worth nothing. */

const assign = {
  booking_id: `${run}-0000-8000-8000-000000000001`,
  table_ids: [],
  idempotency_key: null,
  require_adjacency: false,
  start_at: null,
  end_at: null,
};

it.each([
  ['a malformed line in the middle', [record(0), '{"v":1,', record(1)], /:2: is no valid JSON/],
  ["another run's tag", [record(0, { run: 'ffffffff' })], /:1: belongs to run ffffffff, not to run abcdef01/],
  ["another run's anchor", [{ ...anchor(), run: 'ffffffff' }], /:1: belongs to run ffffffff/],
  ["another run's end", [{ ...end(0), run: 'ffffffff' }], /:1: belongs to run ffffffff/],
  ['a newer format', [record(0), { ...record(1), v: 2 }], /:2: format version 2 is newer .* knows \(1\)/],
  ['an older format', [record(0, { v: 0 })], /:1: is no operation record: v \(0\)/],
  ['an operation twice', [record(0), record(0)], /:2: the operation smoke\/p0#0 is recorded twice/],
  ['an end before the start', [record(0, { t0: 7, t1: 6 })], /:1: .*t0 \(7\): t0 is after t1/],
  ['a field that nobody knows', [record(0, { latency: 3 })], /:1: .*"latency"/],
  ['a field that is missing', [record(0, { http: undefined })], /:1: .*http \(missing\)/],
  ['a call that nobody knows', [record(0, { f: 'drop' })], /:1: .*f \("drop"\)/],
  [
    'an input of another call',
    [record(0, { input: { table_id: run } })],
    /:1: .*input\.booking_id \(missing\)/,
  ],
  ['a fraction of a nanosecond', [record(0, { t0: 0.5 })], /:1: .*t0 \(0\.5\)/],
  ['a time before the run', [record(0, { t0: -1 })], /:1: .*t0 \(-1\)/],
  [
    'a window without an offset from UTC',
    [record(0, { f: 'assign', value: null, input: { ...assign, start_at: '2026-06-01T12:00:00' } })],
    /:1: .*input\.start_at .* is no ISO 8601 instant with an offset/,
  ],
  ['an array', ['[]'], /:1: is no operation record: the whole/],
  ['null', ['null'], /:1: is no operation record: the whole/],
  ['an anchor without an error', [{ ...anchor(), error_ms: undefined }], /:1: .*error_ms \(missing\)/],
  ['an end without a count', [{ ...end(1), begun: undefined }], /:1: .*begun \(missing\)/],
])('refuses %s, with file and line', async (_, content, message) => {
  const error = await readText(lines(...content)).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(UsageError);
  expect((error as UsageError).message).toMatch(/^\/.*\/smoke\.ndjson:\d/);
  expect((error as UsageError).message).toMatch(message);
  expect((error as UsageError).fixes).not.toEqual([]);
});

it('refuses an operation that two files hold: a copy would double every effect', async () => {
  const text = lines(anchor(), record(0), end(1));
  const folder = await historyFolder({ 'smoke.ndjson': text, 'smoke-copy.ndjson': text });
  await expect(readHistory(folder, run)).rejects.toThrow(/the operation smoke\/p0#0 is recorded twice/);
});

it('the same index of another process is another operation', async () => {
  const history = await readText(lines(record(0), record(0, { process: 1 }), end(2)));
  expect(history.operations).toHaveLength(2);
});

it('names a folder that is not there', async () => {
  const folder = path.join(await historyFolder({}), 'missing');
  await expect(readHistory(folder, run)).rejects.toThrow(UsageError);
  await expect(readHistory(folder, run)).rejects.toThrow(/missing: the history cannot be read \(ENOENT/);
});

it('names a file that cannot be read', async () => {
  const folder = await historyFolder({});
  await mkdir(path.join(folder, 'smoke.ndjson'));
  await expect(readHistory(folder, run)).rejects.toThrow(UsageError);
  await expect(readHistory(folder, run)).rejects.toThrow(/smoke\.ndjson: cannot be read \(EISDIR/);
});
