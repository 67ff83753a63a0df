import { expect, it } from 'vitest';
import { mix } from '../../../plan/identity.ts';
import { type Random, randomStream } from '../../../plan/random.ts';

const take = (random: Random, count: number, to = 1_000_000): number[] =>
  Array.from({ length: count }, () => random.integer(0, to));

it('a stream is a function of its seed and name', () => {
  expect(take(randomStream(7, 'smoke'), 20)).toEqual(take(randomStream(7, 'smoke'), 20));
});

it.each([
  ['another name', 7, 'hot-table'],
  ['a name that begins the same', 7, 'smoke2'],
  ['the letters in another order', 7, 'ekoms'],
  ['another seed', 8, 'smoke'],
  ['seed 0', 0, 'smoke'],
])('%s is another stream', (_, seed, name) => {
  const [one, other] = [take(randomStream(7, 'smoke'), 100), take(randomStream(seed, name), 100)];
  expect(one.filter((value, index) => value === other[index]).length).toBeLessThan(3);
});

it('drawing from one stream does not move another', () => {
  const [one, other] = [randomStream(1, 'a'), randomStream(1, 'b')];
  take(one, 17);
  expect(take(other, 5)).toEqual(take(randomStream(1, 'b'), 5));
});

it('streams of neighbouring seeds are not correlated', () => {
  // Of 4000 pairs of coins that know nothing of each other 2000 ± 4 standard deviations (31.6) agree.
  let agreeing = 0;
  for (let seed = 0; seed < 4000; seed += 1) {
    const coin = (of: number): number => randomStream(of, 'smoke').integer(0, 1);
    if (coin(seed) === coin(seed + 1)) agreeing += 1;
  }
  expect(Math.abs(agreeing - 2000)).toBeLessThan(4 * 31.7);
});

it.each([1, 2, 3])('seed %i: every value of a range is as likely', (seed) => {
  const random = randomStream(seed, 'uniform');
  const counts = Array.from({ length: 10 }, () => 0);
  for (const value of take(random, 10_000, 9)) counts[value] = (counts[value] ?? 0) + 1;
  const chiSquare = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  // The 99.99 % point of chi-square with 9 degrees of freedom.
  expect(chiSquare).toBeLessThan(33.7);
});

it('both ends of a range occur, and nothing beyond', () => {
  const random = randomStream(1, 'ends');
  const values = Array.from({ length: 300 }, () => random.integer(-1, 2));
  expect([...new Set(values)].sort((a, b) => a - b)).toEqual([-1, 0, 1, 2]);
  expect(random.integer(5, 5)).toBe(5);
});

it('every item is picked', () => {
  const random = randomStream(1, 'items');
  const picked = new Set(Array.from({ length: 100 }, () => random.pick(['a', 'b', 'c'])));
  expect([...picked].sort()).toEqual(['a', 'b', 'c']);
});

it('mix spreads 32 bits without losing any', () => {
  const inputs = Array.from({ length: 100_000 }, (_, n) => (n - 50_000) * 40_507);
  const mixed = inputs.map(mix);
  expect(new Set(mixed).size).toBe(100_000);
  expect(mixed.every((value) => Number.isInteger(value) && value >= 0 && value < 2 ** 32)).toBe(true);
});
