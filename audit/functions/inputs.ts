import { asTree, list, strings } from '../../sql/tree.ts';

/** Last parts of the names that an expression mentions: `p_restaurant_id`, `restaurant_id` of `v_row.restaurant_id`, `$1`. */
export function namesIn(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(namesIn);
  if (typeof node !== 'object' || node === null) return [];
  return Object.entries(node).flatMap(([kind, value]) => {
    const tree = asTree(value);
    if (kind === 'ColumnRef') return strings(tree.fields).slice(-1);
    if (kind === 'ParamRef') return [`$${tree.number}`];
    if (kind === 'A_Indirection') {
      const field = strings(list(tree.indirection)).at(-1);
      return field === undefined ? namesIn(tree.arg) : [field];
    }
    return namesIn(value);
  });
}
