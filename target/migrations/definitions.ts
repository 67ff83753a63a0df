import type { Tree } from '../../sql/parser.ts';
import { asTree, items, list, strings } from '../../sql/tree.ts';
import type { Statement } from './statements.ts';

/** What kind of thing a name stands for, as far as PostgreSQL's "does not exist" tells them apart. */
export type ObjectKind = 'relation' | 'function' | 'type' | 'column' | 'schema';

/** An object that a statement would make. Names are as in the catalog. */
export interface Definition {
  readonly kind: ObjectKind;
  readonly name: string;
  /** Null where the name is not qualified. */
  readonly schema: string | null;
  /** The table of a column. */
  readonly relation: string | null;
}

/** What a statement would make, by its parse tree. */
export function definitionsOf({ kind, tree }: Pick<Statement, 'kind' | 'tree'>): Definition[] {
  switch (kind) {
    case 'CreateStmt':
    case 'CreateForeignTableStmt': {
      const { relation, tableElts } = asTree(tree.base ?? tree);
      return [...ranged('relation', relation), ...columns(relation, list(tableElts))];
    }
    case 'ViewStmt':
      return ranged('relation', tree.view);
    case 'CreateTableAsStmt':
      return ranged('relation', asTree(tree.into).rel);
    case 'SelectStmt':
      return ranged('relation', asTree(tree.intoClause).rel);
    case 'CreateSeqStmt':
      return ranged('relation', tree.sequence);
    case 'CompositeTypeStmt':
      return ranged('type', tree.typevar);
    case 'CreateEnumStmt':
    case 'CreateRangeStmt':
      return qualified('type', tree.typeName);
    case 'CreateDomainStmt':
      return qualified('type', tree.domainname);
    case 'CreateFunctionStmt':
      return qualified('function', tree.funcname);
    case 'CreateSchemaStmt':
      return defined('schema', tree.schemaname, null);
    case 'AlterTableStmt': {
      const commands = list(tree.cmds).map((command) => asTree(asTree(command).AlterTableCmd).def);
      return columns(tree.relation, commands);
    }
    case 'RenameStmt':
      return renamed(tree);
    default:
      return [];
  }
}

function renamed({ renameType, newname, relation, object }: Tree): Definition[] {
  const { relname, schemaname } = asTree(relation);
  if (renameType === 'OBJECT_COLUMN') return defined('column', newname, schemaname, relname);
  if (renameType === 'OBJECT_FUNCTION') {
    const names = strings(asTree(asTree(object).ObjectWithArgs).objname);
    return defined('function', newname, names.at(-2));
  }
  if (renameType === 'OBJECT_TYPE') return defined('type', newname, strings(items(object)).at(-2));
  return defined('relation', newname, schemaname);
}

function ranged(kind: ObjectKind, node: unknown): Definition[] {
  const { relname, schemaname } = asTree(node);
  return defined(kind, relname, schemaname);
}

function qualified(kind: ObjectKind, names: unknown): Definition[] {
  const parts = strings(names);
  return defined(kind, parts.at(-1), parts.at(-2));
}

function columns(of: unknown, elements: readonly unknown[]): Definition[] {
  const { relname, schemaname } = asTree(of);
  return elements.flatMap((element) =>
    defined('column', asTree(asTree(element).ColumnDef).colname, schemaname, relname),
  );
}

function defined(kind: ObjectKind, name: unknown, schema: unknown, relation: unknown = null): Definition[] {
  return typeof name === 'string' && name !== ''
    ? [{ kind, name, schema: textOrNull(schema), relation: textOrNull(relation) }]
    : [];
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
