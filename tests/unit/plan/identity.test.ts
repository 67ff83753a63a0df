import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyTagPattern, idOf, idRange, nameOf, tagPattern, textTag } from '../../../plan/identity.ts';

const tag = 'abcdef01';
const kinds = ['other', 'restaurant', 'zone', 'table', 'customer', 'booking', 'hold', 'user'] as const;
const spaces = ['background', 'smoke', 'hot-table', 'window-boundary'] as const;
const parts = fc.record({
  seed: fc.nat(2 ** 31 - 1),
  space: fc.constantFrom(...spaces),
  kind: fc.constantFrom(...kinds),
  index: fc.nat(2 ** 32 - 1),
});

/** The tags that the pattern finds in a text, as `findTags` reads them. */
const tagsIn = (text: string): (string | undefined)[] =>
  [...text.matchAll(new RegExp(anyTagPattern, 'g'))].map((match) => match[2] ?? match[3]);

it('the layout is part of the format: ids of old runs must stay readable', () => {
  expect(idOf(tag, 0, 'hot-table', 'booking', 255)).toMatch(
    /^abcdef01-0502-8[0-9a-f]{3}-8[0-9a-f]{3}-0000000000ff$/,
  );
  expect(idOf(tag, 0, 'background', 'other', 0)).toMatch(/^abcdef01-0000-8/);
});

it('any id is a UUID of version 8, in the range of its tag, and found by the tag', () => {
  fc.assert(
    fc.property(parts, ({ seed, space, kind, index }) => {
      const id = idOf(tag, seed, space, kind, index);
      expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
      const { from, to } = idRange(tag);
      expect(from <= id && id <= to).toBe(true);
      expect(id).toMatch(new RegExp(tagPattern(tag)));
      expect(id).not.toMatch(new RegExp(tagPattern('abcdef02')));
      expect(tagsIn(id)).toEqual([tag]);
      expect(nameOf(id)).toBe(`${kind} ${space}/${index}`);
    }),
  );
});

it('ids differ in every part', () => {
  const all = [0, 1].flatMap((seed) =>
    spaces.flatMap((space) => kinds.flatMap((kind) => [0, 1].map((n) => idOf(tag, seed, space, kind, n)))),
  );
  expect(new Set(all).size).toBe(2 * spaces.length * kinds.length * 2);
});

it.each([
  ['550e8400-e29b-41d4-a716-446655440000'],
  ['abcdef01-ff00-8000-8000-000000000001'],
  ['abcdef01-00fe-8000-8000-000000000001'],
  ['no id'],
  [''],
])('nameOf leaves %j as it is', (id) => expect(nameOf(id)).toBe(id));

describe('the tag in texts', () => {
  const id = idOf(tag, 7, 'smoke', 'booking', 3);

  // As PostgreSQL shows whole rows, ranges, arrays and JSON.
  it.each([
    id,
    `(${id},x)`,
    `(1,"{""booking_id"": ""${id}""}")`,
    `{${id},${id}}`,
    `(1,${textTag(tag)}-smoke-0)`,
    `(1,"Load test ${textTag(tag)} smoke 0")`,
    `(1,${textTag(tag)}-smoke-guest-0@example.com)`,
    `(1,"Guest 0 ${textTag(tag)}")`,
    `(1,"{""key"": ""${textTag(tag)}""}")`,
    `booking_${textTag(tag)}-smoke`,
  ])('is found in %s', (text) => {
    expect(text).toMatch(new RegExp(tagPattern(tag)));
    expect(new Set(tagsIn(text))).toEqual(new Set([tag]));
  });

  it('all tags of a text are found', () => {
    const other = idOf('fedcba98', 7, 'smoke', 'booking', 3);
    expect(tagsIn(`(${id},${other},ts-a0000000-x)`)).toEqual([tag, 'fedcba98', 'a0000000']);
  });

  // Teardown of all runs deletes what this pattern finds.
  it.each([
    'events-20260101',
    'tickets-deadbeef',
    'ts-20260101',
    'ts-1767225600',
    'ts-abcdef012',
    'ts-abcdefgh',
    'abcdef01-0302-4000-8000-000000000001',
    '0abcdef01-0302-8000-8000-000000000001',
    'abcdef01-0302-8000-9000-000000000001',
    'abcdef01-9302-8000-8000-000000000001',
  ])("is not seen in the application's %s", (text) => expect(tagsIn(text)).toEqual([]));

  it('is not seen in random ids, even of those that begin with it', () => {
    const pattern = new RegExp(anyTagPattern);
    const ours = new RegExp(tagPattern(tag));
    for (let count = 0; count < 100_000; count += 1) {
      const random = randomUUID();
      if (pattern.test(random)) expect(random).toBe('not found');
      if (ours.test(`${tag}${random.slice(8)}`)) expect(random).toBe('not found');
    }
  });
});
