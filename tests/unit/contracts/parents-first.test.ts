import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parentsFirst, type SchemaDescription } from '../../../contracts/schema-description.ts';

/** Tables that refer to others: `{ bookings: ['customers', 'zones'] }`. */
function schema(parents: Record<string, string[]>): SchemaDescription {
  const tables = Object.entries(parents).map(([name, references]) => ({
    name,
    primaryKey: ['id'],
    columns: references.map((table) => ({
      name: `${table}_id`,
      type: 'uuid',
      nullable: true,
      hasDefault: false,
      generated: false,
      labels: null,
      references: { table, column: 'id' },
    })),
  }));
  return { schema: 'public', tables };
}

const order = (parents: Record<string, string[]>): string[] =>
  parentsFirst(schema(parents)).map((table) => table.name);

it.each([
  ['no table', {}, []],
  ['tables without references, by name', { b: [], a: [] }, ['a', 'b']],
  ['a chain', { a: ['b'], b: ['c'], c: [] }, ['c', 'b', 'a']],
  ['a diamond', { a: ['b', 'c'], b: ['d'], c: ['d'], d: [] }, ['d', 'b', 'c', 'a']],
  ['a parent elsewhere', { a: ['users'] }, ['a']],
  ['a table that refers to itself', { a: ['a'] }, ['a']],
  ['a cycle of two', { a: ['b'], b: ['a'] }, ['b', 'a']],
  ['a cycle with a parent and a child', { a: ['b'], b: ['a', 'p'], p: [], x: ['a'] }, ['p', 'b', 'a', 'x']],
  ['two cycles', { a: ['b'], b: ['a'], c: ['d', 'a'], d: ['c'] }, ['b', 'a', 'd', 'c']],
])('%s', (_, parents: Record<string, string[]>, expected) => expect(order(parents)).toEqual(expected));

it('without cycles every parent comes first, and every table once', () => {
  const names = ['m', 'c', 'x', 'a', 'k', 'b'];
  // Edges lead from a later table of the list to an earlier one only.
  const graph = fc.tuple(...names.map((_, index) => fc.subarray(names.slice(0, index))));
  fc.assert(
    fc.property(graph, (edges) => {
      const parents = Object.fromEntries(names.map((name, index) => [name, edges[index] ?? []]));
      const ordered = order(parents);
      expect(ordered.toSorted()).toEqual(names.toSorted());
      for (const [child, above] of Object.entries(parents)) {
        for (const parent of above) expect(ordered.indexOf(parent)).toBeLessThan(ordered.indexOf(child));
      }
    }),
  );
});

it('with any references at all every table comes once', () => {
  const names = ['a', 'b', 'c', 'd', 'e'];
  fc.assert(
    fc.property(fc.tuple(...names.map(() => fc.subarray(names))), (edges) => {
      const parents = Object.fromEntries(names.map((name, index) => [name, edges[index] ?? []]));
      expect(order(parents).toSorted()).toEqual(names);
    }),
  );
});
