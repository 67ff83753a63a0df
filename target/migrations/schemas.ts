import type { Tree } from '../../sql/parser.ts';
import { asTree, items, list, strings } from '../../sql/tree.ts';
import type { Statement } from './statements.ts';

/** The schemas that a statement names, by its parse tree: in references to objects, or themselves. */
export function schemasIn({ kind, tree }: Pick<Statement, 'kind' | 'tree'>): Set<string> {
  const found = new Set<string>();
  collect(tree, found);
  for (const value of schemaObjects(kind, tree)) for (const name of strings([value])) found.add(name);
  if (kind === 'AlterDefaultPrivilegesStmt') {
    for (const option of list(tree.options).map((entry) => asTree(asTree(entry).DefElem))) {
      if (option.defname === 'schemas') {
        for (const name of strings(items(option.arg))) found.add(name);
      }
    }
  }
  return found;
}

/** Where the objects of a statement are schemas, their names are no parts of longer ones. */
function schemaObjects(kind: string, tree: Tree): readonly unknown[] {
  if (kind === 'GrantStmt') {
    const whole = tree.targtype === 'ACL_TARGET_ALL_IN_SCHEMA' || tree.objtype === 'OBJECT_SCHEMA';
    return whole ? list(tree.objects) : [];
  }
  if (kind === 'DropStmt') return tree.removeType === 'OBJECT_SCHEMA' ? list(tree.objects) : [];
  const type = tree.objtype ?? tree.objectType;
  return type === 'OBJECT_SCHEMA' && tree.object !== undefined ? [tree.object] : [];
}

/** Fields that hold the parts of a qualified name. `fields` of a column reference is none: it may begin with an alias. */
const nameFields = new Set(['funcname', 'objname', 'name', 'names', 'typeName', 'domainname', 'items']);

function collect(node: unknown, found: Set<string>): void {
  if (typeof node !== 'object' || node === null) return;
  for (const [field, value] of Object.entries(node)) {
    if (field === 'schemaname' && typeof value === 'string') found.add(value);
    if (Array.isArray(value)) {
      const parts = nameFields.has(field) ? strings(value) : [];
      if (parts.length > 1 && parts.length === value.length) found.add(parts[0] ?? '');
      for (const item of value) collect(item, found);
    } else {
      collect(value, found);
    }
  }
}
