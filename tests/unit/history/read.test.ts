import { expect, it } from 'vitest';
import { operationId } from '../../../history/operation.ts';
import { readHistory } from '../../../history/read.ts';
import { anchor, end, historyFolder, lines, readText, record, run } from './records.ts';

it('reads the anchor and the records of a run that came to its end', async () => {
  const history = await readText(lines(anchor(), record(0), record(1), end(2)));
  expect(history.operations).toEqual([record(0), record(1)]);
  expect(history.anchors).toEqual(new Map([['smoke', anchor()]]));
  expect(history.incomplete).toEqual(new Map());
  expect(history.warnings).toEqual([]);
});

it('orders calls by start, and those that start together by end', async () => {
  const [late, long, short] = [
    record(0, { t0: 9, t1: 9 }),
    record(1, { t0: 1, t1: 8 }),
    record(2, { t0: 1, t1: 3 }),
  ];
  const history = await readText(lines(anchor(), late, long, short, end(3)));
  expect(history.operations.map((operation) => operation.index)).toEqual([2, 1, 0]);
});

it('merges the files of several runners, each with its own clock and its own end', async () => {
  const other = { runner: 'soak' };
  const folder = await historyFolder({
    'smoke.ndjson': lines(anchor(), record(0), record(1), end(2)),
    'soak.ndjson': lines(anchor('soak'), record(0, { ...other, t0: 5, t1: 6 }), end(2, 2, 'soak')),
    'notes.txt': 'not a history',
  });
  const history = await readHistory(folder, run);
  expect(history.operations.map(operationId)).toEqual(['smoke/p0#0', 'soak/p0#0', 'smoke/p0#1']);
  expect([...history.anchors.keys()]).toEqual(['smoke', 'soak']);
  expect([...history.incomplete.keys()]).toEqual(['soak']);
});

it('names an incomplete runner as its records do, whatever the file is called', async () => {
  const folder = await historyFolder({ 'machine-7.ndjson': lines(anchor(), record(0)) });
  expect([...(await readHistory(folder, run)).incomplete.keys()]).toEqual(['smoke']);
});

it('forgives Windows line ends and blank lines', async () => {
  const text = lines(anchor(), record(0), '', record(1), end(2)).replaceAll('\n', '\r\n');
  expect((await readText(text)).operations).toHaveLength(2);
});

it('reads records that are longer than a block of the file', async () => {
  const message = 'é'.repeat(100_000);
  const failed = record(0, { type: 'fail', value: { message, details: null, hint: null } });
  const { operations } = await readText(lines(anchor(), failed, record(1), end(2)));
  expect(operations).toEqual([failed, record(1)]);
});

it('an empty folder gives an empty history', async () => {
  const history = await readHistory(await historyFolder({}), run);
  expect(history).toEqual({ operations: [], anchors: new Map(), incomplete: new Map(), warnings: [] });
});
