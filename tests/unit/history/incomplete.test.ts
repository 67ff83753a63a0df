import { expect, it } from 'vitest';
import { anchor, end, lines, readText, record } from './records.ts';

/** Histories that lack something: still readable, and the reader is told what is missing. */

const cut = JSON.stringify(record(2)).slice(0, 60);

it.each([
  ['a last line that was cut off', `${lines(anchor(), record(0), record(1))}${cut}`],
  ['a last line that was cut off before its line end', lines(anchor(), record(0), record(1), cut)],
  ['blank lines behind it', lines(anchor(), record(0), record(1), cut, '', ' ')],
])('%s is left out with a warning', async (_, text) => {
  const history = await readText(text);
  expect(history.operations.map((operation) => operation.index)).toEqual([0, 1]);
  expect(history.warnings).toEqual([
    expect.stringMatching(/smoke\.ndjson:4: the last line was cut off and is left out$/),
  ]);
  expect(history.incomplete.get('smoke')).toBe('its load generator did not come to its end');
});

it('an empty file is a runner that did not come to its end', async () => {
  const history = await readText('');
  expect(history.operations).toEqual([]);
  expect(history.warnings).toEqual([expect.stringMatching(/smoke\.ndjson: is empty$/)]);
  expect(history.incomplete.get('smoke')).toBe('its load generator did not come to its end');
});

it.each([
  ['without an end', lines(anchor(), record(0)), 'its load generator did not come to its end'],
  ['with fewer records than were written', lines(record(0), end(3)), '2 of 3 records are missing'],
  ['with calls that have no record', lines(record(0), end(1, 4)), '3 calls were cut off before their record'],
  ['with records missing and calls cut off', lines(record(0), end(2, 3)), '1 of 2 records are missing'],
])('a file %s is incomplete', async (_, text, reason) => {
  const history = await readText(text);
  expect([...history.incomplete]).toEqual([['smoke', reason]]);
});

it('a run of no calls that came to its end is complete', async () => {
  expect((await readText(lines(anchor(), end(0)))).incomplete.size).toBe(0);
});
