import type { Random } from './random.ts';

/** Chance with a resolution of one in a million, from integers, so that every platform gives the same. */
const RESOLUTION = 1_000_000;

/**
 * Some of the items in the order in which somebody would like to have them: drawn one after the other without putting
 * back, the `k`th of the list with a weight of `1 / k^exponent` (Zipf's law). So the first few are wanted by nearly
 * everybody.
 */
export function drawByPopularity<T>(
  random: Random,
  items: readonly T[],
  exponent: number,
  count: number,
): T[] {
  const left = items.map((item, index) => ({ item, weight: (index + 1) ** -exponent }));
  const drawn: T[] = [];
  while (drawn.length < count && left.length > 0) {
    const total = left.reduce((sum, { weight }) => sum + weight, 0);
    let point = (random.integer(0, RESOLUTION - 1) / RESOLUTION) * total;
    let index = 0;
    while (index < left.length - 1 && point >= (left[index]?.weight ?? 0)) {
      point -= left[index]?.weight ?? 0;
      index += 1;
    }
    drawn.push(...left.splice(index, 1).map(({ item }) => item));
  }
  return drawn;
}
