import { describe, expect, it } from 'vitest';
import { resultClasses } from '../../../history/operation.ts';
import { ErrorLimit } from '../../../scripts/run/error-limit.ts';

const line = (result: string, code: string | null = null, http = 200): string =>
  JSON.stringify({ v: 1, class: result, code, http, value: { message: '"class":"overload"' } });
const ok = line('ok');
const pool = line('overload', 'PGRST003', 504);

/** What the limit says to each line; only what it said. */
function said(lines: string[], settings = { max_error_share: 0.2, errors_over_calls: 100 }): string[] {
  const limit = new ErrorLimit(settings);
  return lines.flatMap((each) => limit.observe(each) ?? []);
}
const times = (count: number, text: string): string[] => Array.from({ length: count }, () => text);

it('trips once, with how many failed and how', () => {
  expect(
    said([...times(63, ok), ...times(37, pool)], { max_error_share: 0.365, errors_over_calls: 100 }),
  ).toEqual(['37 of the last 100 calls failed with PGRST003: the run was stopped to spare the target']);
});

it.each([
  ['a share that is just allowed', [...times(80, ok), ...times(20, pool)], 0],
  ['one more', [...times(79, ok), ...times(21, pool)], 1],
  ['nothing but errors, too few for a trend', times(19, pool), 0],
  ['nothing but errors, from the first call on', times(20, pool), 1],
  [
    'errors that are long past',
    [...times(19, pool), ...times(100, ok), ...times(19, pool), ...times(60, ok)],
    0,
  ],
  [
    'errors that come with calls between them',
    Array.from({ length: 300 }, (_, i) => (i % 4 === 0 ? pool : ok)),
    1,
  ],
])('%s', (_, lines, trips) => {
  expect(said(lines)).toHaveLength(trips);
});

it('calls without an answer, one after the other, are not waited for', () => {
  const silent = line('connection', 'k6-1050', 0);
  expect(said([...times(500, ok), ...times(9, silent)])).toEqual([
    '5 calls in a row got no answer (k6-1050): the run was stopped to spare the target',
  ]);
  expect(said([...times(500, ok), ...times(4, silent), ok, ...times(4, silent)])).toEqual([]);
  expect(said(times(500, silent), { max_error_share: 1, errors_over_calls: 100 })).toEqual([]);
});

it('a share of one never trips', () => {
  expect(said(times(500, pool), { max_error_share: 1, errors_over_calls: 100 })).toEqual([]);
});

describe('what counts', () => {
  it.each(resultClasses)('%s', (name) => {
    const trips = ['overload', 'connection', 'setup'].includes(name) ? 1 : 0;
    expect(said(times(50, line(name, 'X')))).toHaveLength(trips);
  });

  it('only calls: neither anchors and ends, nor lines that were cut off', () => {
    const others = ['{"v":1,"anchor":true}', '{"v":1,"end":true}', '', '{"v":1,"cla'];
    expect(said(times(30, others.join('\n')).concat(times(19, pool), others))).toEqual([]);
  });
});

it('names each code, the most frequent first, and the HTTP status where there is none', () => {
  const mixed = Array.from({ length: 20 }, (_, i) =>
    i % 4 === 3 ? line('overload', null, 503) : line('connection', 'k6-1050', 0),
  );
  expect(said(mixed)[0]).toBe(
    '20 of the last 20 calls failed with k6-1050 (15), HTTP 503 (5): the run was stopped to spare the target',
  );
});
