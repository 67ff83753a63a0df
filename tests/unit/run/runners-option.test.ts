import { expect, it } from 'vitest';
import { readThresholds } from '../../../contracts/read-thresholds.ts';
import { runnersFrom } from '../../../scripts/run/request.ts';

const { quick } = readThresholds('thresholds.json').profiles;

it.each([
  [undefined, 1],
  ['1', 1],
  ['4', 4],
  ['30', 30],
])('--runners %s', (runners, count) => {
  expect(runnersFrom({ runners }, quick, ['hot-table', 'rush', 'soak'])).toBe(count);
});

it.each(['0', '-1', '1.5', 'two', '65', ''])(
  'refuses --runners %s, which is no number of them',
  (runners) => {
    expect(() => runnersFrom({ runners }, quick, [])).toThrow(
      /^--runners .*: is not a whole number from 1 to 64/,
    );
  },
);

it('refuses more than there are virtual users for arrivals: theirs would never be made', () => {
  expect(() => runnersFrom({ runners: '31' }, quick, ['rush', 'soak'])).toThrow(
    '--runners 31: soak has 30 virtual users',
  );
  expect(runnersFrom({ runners: '31' }, quick, ['rush'])).toBe(31);
});

it.each([
  [{ dashboard: true }, '--dashboard shows one k6'],
  [{ k6Out: ['csv=calls.csv'] }, '--k6-out csv=calls.csv: several k6'],
])('refuses %j with several, and allows it with one', (option, message) => {
  expect(() => runnersFrom({ runners: '2', ...option }, quick, [])).toThrow(message);
  expect(runnersFrom({ runners: '1', ...option }, quick, [])).toBe(1);
});
