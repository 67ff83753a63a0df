import { expect, it } from 'vitest';
import { cpuSeconds, parseTime } from '../../../observe/generator-cpu.ts';

it.each([
  ['0:00.07', 0.07],
  ['00:12', 12],
  ['01:02', 62],
  ['1:00:00', 3600],
  ['2-03:04:05', 2 * 86_400 + 3 * 3600 + 4 * 60 + 5],
  ['', null],
  ['TIME', null],
])('ps shows %j: %s s', (text, seconds) => {
  expect(parseTime(text)).toEqual(seconds === null ? null : expect.closeTo(seconds, 9));
});

it('grows with what this process does, and is not known of one that has ended', async () => {
  const before = await cpuSeconds(process.pid);
  const until = (process.cpuUsage().user + 300_000) / 1e6;
  while (process.cpuUsage().user / 1e6 < until);
  const after = await cpuSeconds(process.pid);
  expect(after).toBeGreaterThan(before ?? Number.POSITIVE_INFINITY);
  expect(await cpuSeconds(2 ** 22 + 1)).toBeNull();
});
