import type { ScalabilitySlice } from '../../contracts/scalability-result.ts';

/** What the load was made of, in one sentence. */
export function sliceWords(slice: ScalabilitySlice): string {
  const { restaurants, tables_per_restaurant: tables, merged, conflicts, pool_size } = slice;
  const chosen =
    slice.tables === 'uniform' ? 'all alike' : `popular by Zipf's law, exponent ${slice.zipf_exponent}`;
  const share = (value: number): string => `${Math.round(value * 100)} %`;
  return [
    `${restaurants === 1 ? '1 restaurant' : `${restaurants} restaurants`} with ${tables} tables each, ${chosen}`,
    ...(merged > 0 ? [`${share(merged)} take two tables`] : ['single tables']),
    ...(conflicts > 0 ? [`${share(conflicts)} meet a conflict`] : ['no conflicts on purpose']),
    ...(pool_size === null ? [] : [`a pool of ${pool_size} connections`]),
  ].join('; ');
}
