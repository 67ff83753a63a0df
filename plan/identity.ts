/**
 * Ids and texts that carry the run's tag, so that a row which refers to a run can be found in any table, with or
 * without a foreign key.
 *
 * An id is a UUID of version 8 (RFC 9562, section 5.8: layout of our own):
 * `tttttttt-kkss-8ddd-8ddd-iiiiiiiiiiii`: tag, kind, space (which scenario it belongs to), digest of the seed, index.
 */

/** What an id names; the order is part of the id's layout. */
const kinds = ['other', 'restaurant', 'zone', 'table', 'customer', 'booking', 'hold', 'user'] as const;
export type Kind = (typeof kinds)[number];

/** Whose rows these are; the order is part of the id's layout, so a new one goes to the end. */
export const spaces = [
  'background',
  'smoke',
  'hot-table',
  'window-boundary',
  'merge',
  'idempotency',
  'holds',
  'churn',
  'rush',
  'soak',
  'status-matrix',
  'explore',
  'scalability',
  'capacity',
] as const;
export type Space = (typeof spaces)[number];

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

/** Deterministic id of the `index`th thing of a kind in a space. */
export function idOf(tag: string, seed: number, space: Space, kind: Kind, index: number): string {
  const digest = mix(seed);
  const high = hex(digest >>> 20, 3);
  const low = hex((digest >>> 8) & 0xfff, 3);
  return `${tag}-${hex(kinds.indexOf(kind), 2)}${hex(spaces.indexOf(space), 2)}-8${high}-8${low}-${hex(index, 12)}`;
}

/** The tag as it stands in slugs, e-mails, references and keys. */
export function textTag(tag: string): string {
  return `ts-${tag}`;
}

/** Smallest and largest id that a run can make: a range that an index can serve, and that few foreign ids hit. */
export function idRange(tag: string): { from: string; to: string } {
  return { from: `${tag}-0000-8000-8000-000000000000`, to: `${tag}-07ff-8fff-8fff-ffffffffffff` };
}

/**
 * Regular expression (valid in JavaScript and PostgreSQL) that finds the tag in any text form of a row: our ids or
 * `ts-<tag>`. Eight digits alone would hit foreign random UUIDs by chance; the version and variant rule that out.
 */
export function tagPattern(tag: string): string {
  return `(^|[^0-9a-f])${tag}-[0-9a-f]{4}-8[0-9a-f]{3}-8|ts-${tag}`;
}

/**
 * Any run's tag in a text; the tag is in group 2 or 3. Teardown of all runs deletes by it, so it must not take texts
 * of the application for ours: a run's tag begins with a letter, and `ts-` stands alone, unlike in `events-20260101`.
 */
export const anyTagPattern =
  '(^|[^0-9a-f])([a-f][0-9a-f]{7})-0[0-7]0[0-9a-f]-8[0-9a-f]{3}-8[0-9a-f]{3}-0000|(?:^|[^0-9A-Za-z])ts-([a-f][0-9a-f]{7})(?![0-9A-Za-z])';

/** Finalizer of splitmix32 (Steele, Lea, Flood 2014): spreads an integer over 32 bits. */
export function mix(value: number): number {
  let x = (value | 0) + 0x9e3779b9;
  x = Math.imul(x ^ (x >>> 16), 0x21f0aaad);
  x = Math.imul(x ^ (x >>> 15), 0x735a2d97);
  return (x ^ (x >>> 15)) >>> 0;
}

/** An id of ours in words for people, for instance `table hot-table/3`; other ids as they are. */
export function nameOf(id: string): string {
  const match = /^[0-9a-f]{8}-([0-9a-f]{2})([0-9a-f]{2})-8[0-9a-f]{3}-8[0-9a-f]{3}-([0-9a-f]{12})$/.exec(id);
  const kind = kinds[Number.parseInt(match?.[1] ?? 'ff', 16)];
  const space = spaces[Number.parseInt(match?.[2] ?? 'ff', 16)];
  if (!match || kind === undefined || space === undefined) return id;
  return `${kind} ${space}/${Number.parseInt(match[3] ?? '0', 16)}`;
}
