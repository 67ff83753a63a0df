import type { Tree } from './parser.ts';

/** A node's fields; none for what is no node. */
export function asTree(node: unknown): Tree {
  return typeof node === 'object' && node !== null ? (node as Tree) : {};
}

/** The strings of a list of `String` nodes. */
export function strings(nodes: unknown): string[] {
  return list(nodes).flatMap((node) => {
    const text = asTree(asTree(node).String).sval;
    return typeof text === 'string' ? [text] : [];
  });
}

export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The members of a `List` node. */
export function items(node: unknown): readonly unknown[] {
  return list(asTree(asTree(node).List).items);
}

/** The roles that a tree names. */
export function rolesIn(node: unknown): string[] {
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([field, value]) =>
    field === 'rolename' && typeof value === 'string' ? [value] : rolesIn(value),
  );
}
