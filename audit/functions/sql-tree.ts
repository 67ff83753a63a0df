import type { Tree } from '../../sql/parser.ts';
import { asTree, list } from '../../sql/tree.ts';
import type { Name, RowLock } from './steps.ts';

const strengths: Readonly<Record<string, RowLock>> = {
  LCS_FORKEYSHARE: 'key share',
  LCS_FORSHARE: 'share',
  LCS_FORNOKEYUPDATE: 'no key update',
  LCS_FORUPDATE: 'update',
};

/** Modes of LOCK TABLE by number. */
const modes = [
  'none',
  'access share',
  'row share',
  'row exclusive',
  'share update exclusive',
  'share',
  'share row exclusive',
  'exclusive',
  'access exclusive',
] as const;

const mergeActions: Readonly<Record<string, 'insert' | 'update' | 'delete'>> = {
  CMD_INSERT: 'insert',
  CMD_UPDATE: 'update',
  CMD_DELETE: 'delete',
};

/** The name of a `RangeVar`. */
export function nameOf({ schemaname, relname }: Tree): Name {
  return { schema: typeof schemaname === 'string' ? schemaname : null, name: String(relname ?? '') };
}

/** Columns that an INSERT names, or `SET a = …, (b, c) = …` sets; null when it names none. */
export function targetsOf(nodes: unknown): string[] | null {
  const names = list(nodes).flatMap((node) => {
    const { name } = asTree(asTree(node).ResTarget);
    return typeof name === 'string' ? [name] : [];
  });
  return names.length > 0 ? names : null;
}

/** What a locking clause takes; null when it is none that is known. */
export function rowLockOf({ strength }: Tree): RowLock | null {
  return strengths[String(strength)] ?? null;
}

/** The mode of a LOCK TABLE. */
export function tableLockOf({ mode }: Tree): string {
  return modes[Number(mode)] ?? 'unknown';
}

/** What a WHEN clause of MERGE does; null when it does nothing. */
export function mergeActionOf({ commandType }: Tree): 'insert' | 'update' | 'delete' | null {
  return mergeActions[String(commandType)] ?? null;
}

/** The `RangeVar`s of a FROM clause that a locking clause reaches, those of subqueries too. */
export function relationsLocked({ lockedRels }: Tree, fromClause: unknown): Tree[] {
  const named = list(lockedRels).map((each) => asTree(asTree(each).RangeVar).relname);
  return sources(fromClause).flatMap(({ tree, alias }) =>
    named.length === 0 || named.includes(alias) ? [tree] : [],
  );
}

/** @param outer the alias of the subquery that they are in */
function sources(nodes: unknown, outer?: string): { tree: Tree; alias: string }[] {
  return list(nodes).flatMap((node) => {
    const { RangeVar, JoinExpr, RangeSubselect } = asTree(node);
    if (RangeVar !== undefined) {
      const tree = asTree(RangeVar);
      return [{ tree, alias: outer ?? String(asTree(tree.alias).aliasname ?? tree.relname) }];
    }
    if (JoinExpr !== undefined) {
      const { larg, rarg } = asTree(JoinExpr);
      return sources([larg, rarg], outer);
    }
    if (RangeSubselect === undefined) return [];
    const { subquery, alias } = asTree(RangeSubselect);
    const name = outer ?? String(asTree(alias).aliasname ?? '');
    return sources(asTree(asTree(subquery).SelectStmt).fromClause, name);
  });
}
