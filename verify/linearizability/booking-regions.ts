import type { BookingFacts, Region } from './call.ts';

/** Of the tables that a booking may ever have, those that a call names; null: all. */
export function tablesAsked({ tables }: BookingFacts, asked: readonly string[] | null): string[] {
  const [only] = asked ?? [];
  if (asked?.length === 1 && only !== undefined) return tables.has(only) ? [only] : [];
  return [...tables.keys()].filter((table) => asked === null || asked.includes(table));
}

/** Where a booking may have the tables of these regions, in all the run. */
export function regionsFor({ tables }: BookingFacts, asked: readonly Region[]): readonly Region[] {
  const [only] = asked;
  if (asked.length === 1 && only) return tables.get(only.table) ?? asked;
  return asked.flatMap((region) => tables.get(region.table) ?? region);
}

/** Where a booking may have these tables, in all the run. */
export function regionsOn({ tables }: BookingFacts, names: readonly string[]): readonly Region[] {
  const [only] = names;
  if (names.length === 1 && only !== undefined) return tables.get(only) ?? [];
  return names.flatMap((table) => tables.get(table) ?? []);
}

/** The shared keys under which these tables may have been assigned. */
export function keysOf({ keys }: BookingFacts, tables: readonly string[]): string[] {
  const found: string[] = [];
  for (const [key, under] of keys) if (tables.some((table) => under.has(table))) found.push(key);
  return found;
}
