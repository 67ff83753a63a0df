import { expect, it } from 'vitest';
import { TargetError } from '../../../../contracts/errors.ts';
import { type CatalogObject, describe, type ObjectKind } from '../../../../isolate/catalog/object.ts';
import type { Catalog } from '../../../../isolate/catalog/read.ts';
import { inOrder } from '../../../../isolate/create/order.ts';

const object = (kind: ObjectKind, name: string, after: string[] = []): CatalogObject =>
  describe({ kind, id: `${kind} ${name}`, addresses: [name], after, create: [`create ${name}`] });

/** A schema of these objects, with edges `object → what it needs`. */
const catalog = (objects: CatalogObject[], edges: [string, string][] = []): Catalog => ({
  schema: 'public',
  objects: objects.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  privileges: [],
  comments: [],
  dependencies: edges.map(([each, on]) => ({ object: each, on })),
  names: new Set(),
  staying: new Set(),
  ambiguous: new Set(),
});
const ids = (given: Catalog) => inOrder(given).map(({ id }) => id);

it('without dependencies kinds come in a fixed order, then names', () => {
  const objects = [object('view', 'v'), object('table', 'b'), object('type', 't'), object('table', 'a')];
  expect(ids(catalog(objects))).toEqual(['type t', 'table a', 'table b', 'view v']);
});

it('what is needed comes first, whatever its kind', () => {
  const objects = [object('table', 't'), object('function', 'f'), object('view', 'v')];
  const edges: [string, string][] = [
    ['t', 'f'],
    ['f', 'v'],
  ];
  expect(ids(catalog(objects, edges))).toEqual(['view v', 'function f', 'table t']);
});

it('an object may ask for another by itself, and for one that is not there', () => {
  const objects = [object('index', 'i', ['attach/1', 'nothing']), object('partition', 'attach/1')];
  expect(ids(catalog(objects))).toEqual(['partition attach/1', 'index i']);
});

it('an object that depends on itself is no circle', () => {
  expect(ids(catalog([object('table', 't')], [['t', 't']]))).toEqual(['table t']);
});

it('a circle is an error that names its members and nobody else', () => {
  const objects = ['a', 'b', 'c', 'outside'].map((name) => object('function', name));
  const given = catalog(objects, [
    ['a', 'b'],
    ['b', 'c'],
    ['c', 'b'],
    ['a', 'outside'],
  ]);
  expect(() => inOrder(given)).toThrow(TargetError);
  expect(() => inOrder(given)).toThrow(/in a circle.*: function b → function c$/);
});

it('the order does not depend on the order of the edges', () => {
  const objects = Array.from({ length: 60 }, (_, index) => object('view', `v${index}`));
  const edges = objects.flatMap((_, index): [string, string][] =>
    index === 0 ? [] : [[`v${index}`, `v${Math.floor(index / 3)}`]],
  );
  const first = ids(catalog(objects, edges));
  for (const [each, on] of edges)
    expect(first.indexOf(`view ${on}`)).toBeLessThan(first.indexOf(`view ${each}`));
  expect(ids(catalog(objects, edges))).toEqual(first);
});

it('a hundred thousand objects in a chain are no problem', () => {
  const objects = Array.from({ length: 100_000 }, (_, index) => object('view', `v${index}`));
  const edges = objects.slice(1).map((_, index): [string, string] => [`v${index}`, `v${index + 1}`]);
  expect(inOrder(catalog(objects, edges))).toHaveLength(100_000);
});
