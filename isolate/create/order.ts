import { TargetError } from '../../contracts/errors.ts';
import type { CatalogObject, ObjectKind } from '../catalog/object.ts';
import type { Catalog } from '../catalog/read.ts';

/** Among objects that could come next, kinds come in this order, then names. */
const kinds: readonly ObjectKind[] = [
  'collation',
  'type',
  'table',
  'sequence',
  'function',
  'procedure',
  'aggregate',
  'operator',
  'cast',
  'text search',
  'default',
  'inheritance',
  'partition',
  'view',
  'constraint',
  'index',
  'index partition',
  'materialized view',
  'statistics',
  'rule',
  'trigger',
  'policy',
  'unsupported',
];

/**
 * The objects in an order in which each comes after what it depends on: the same order for the same schema, in time
 * that grows with objects and dependencies.
 *
 * @throws TargetError that names the members of a cycle
 */
export function inOrder(catalog: Catalog): CatalogObject[] {
  const dependents = new Map<CatalogObject, CatalogObject[]>();
  const waiting = new Map<CatalogObject, number>();
  for (const [object, needed] of dependenciesOf(catalog)) {
    waiting.set(object, needed.size);
    for (const each of needed) {
      const list = dependents.get(each);
      if (list === undefined) dependents.set(each, [object]);
      else list.push(object);
    }
  }
  const ready = kinds.map((): CatalogObject[] => []);
  const offer = (object: CatalogObject) => ready[kinds.indexOf(object.kind)]?.push(object);
  // Objects come sorted by name, and the lists are taken from their ends.
  for (const object of catalog.objects.toReversed()) if (waiting.get(object) === 0) offer(object);
  const ordered: CatalogObject[] = [];
  for (;;) {
    const object = ready.find((list) => list.length > 0)?.pop();
    if (object === undefined) break;
    ordered.push(object);
    waiting.delete(object);
    for (const dependent of (dependents.get(object) ?? []).toReversed()) {
      const left = (waiting.get(dependent) ?? 0) - 1;
      waiting.set(dependent, left);
      if (left === 0) offer(dependent);
    }
  }
  if (waiting.size > 0) throw cycle(catalog, new Set(waiting.keys()));
  return ordered;
}

/** Which objects each object needs, by its own word and by pg_depend. */
export function dependenciesOf(catalog: Catalog): Map<CatalogObject, Set<CatalogObject>> {
  const owners = new Map<string, CatalogObject[]>();
  const needs = new Map<CatalogObject, Set<CatalogObject>>();
  for (const object of catalog.objects) {
    needs.set(object, new Set());
    for (const address of object.addresses) {
      const list = owners.get(address);
      if (list === undefined) owners.set(address, [object]);
      else list.push(object);
    }
  }
  const add = (object: CatalogObject, address: string) => {
    for (const needed of owners.get(address) ?? []) if (needed !== object) needs.get(object)?.add(needed);
  };
  for (const object of catalog.objects) for (const address of object.after) add(object, address);
  for (const { object, on } of catalog.dependencies) {
    for (const dependent of owners.get(object) ?? []) add(dependent, on);
  }
  return needs;
}

function cycle(catalog: Catalog, left: ReadonlySet<CatalogObject>): TargetError {
  const needs = dependenciesOf(catalog);
  const path: CatalogObject[] = [];
  let at = [...left][0];
  while (at !== undefined && !path.includes(at)) {
    path.push(at);
    at = [...(needs.get(at) ?? [])].find((each) => left.has(each));
  }
  const members = at === undefined ? path : path.slice(path.indexOf(at));
  return new TargetError(
    `objects depend on each other in a circle and cannot be created one after the other: ${members.map(({ id }) => id).join(' → ')}`,
    ['break the circle in the deployed schema, for instance by a function with a text body'],
  );
}
