import { describe, expect, it } from 'vitest';
import { anyTagPattern, idRange, tagPattern } from '../../../plan/identity.ts';
import { fillRows } from '../../../seed/fill.ts';
import { column, context, table, tag } from './descriptions.ts';

/** Fillers of one column over many rows: the column may be unique, and rows must be found again by the tag. */

const planned = Array.from({ length: 2000 }, (_, id) => ({ id }));
const fillers = (name: string, type: string, of = 'bookings'): unknown[] =>
  fillRows(table(of, [column('id', 'integer'), column(name, type)]), planned, context()).rows.map(
    (row) => row[name],
  );
const distinct = (values: unknown[]): number => new Set(values).size;

it.each(['uuid', 'text', 'character varying(64)', 'character varying(12)', 'character(6)'])(
  '%s: each row gets another value',
  (type) => {
    expect(distinct(fillers('code', type))).toBe(2000);
  },
);

it.each([
  ['character varying(64)', 'ts-abcdef01-code-1999'],
  ['character varying(12)', '01-code-1999'],
  ['character varying(4)', '1999'],
  ['character(6)', 'e-1999'],
])('a text of type %s is cut to its end, which tells rows apart', (type, last) => {
  const texts = fillers('code', type) as string[];
  expect(texts.at(-1)).toBe(last);
  const length = Number(/\d+/.exec(type)?.[0]);
  expect(Math.max(...texts.map((text) => text.length))).toBeLessThanOrEqual(length);
});

describe('ids', () => {
  const ids = fillers('owner_id', 'uuid') as string[];

  it('carry the tag like any other id of the run', () => {
    const { from, to } = idRange(tag);
    for (const id of ids) {
      expect(id).toMatch(new RegExp(`^${tagPattern(tag)}`));
      expect(id).toMatch(new RegExp(anyTagPattern));
      expect(from <= id && id <= to).toBe(true);
    }
  });

  it.each([
    ['column', 'keeper_id', 'bookings'],
    ['table', 'owner_id', 'zones'],
  ])('of another %s are others', (_, name, of) => {
    expect(distinct([...ids, ...fillers(name, 'uuid', of)])).toBe(4000);
  });

  it('are the same for the same seed', () => expect(fillers('owner_id', 'uuid')).toEqual(ids));
});
