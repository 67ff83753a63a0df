import { parseSync } from 'libpg-query';

/** Tables and functions that a statement names. */
export interface Touched {
  readonly reads: ReadonlySet<string>;
  /** Tables whose rows it locks (`FOR UPDATE` and the like). */
  readonly locks: ReadonlySet<string>;
  readonly writes: ReadonlySet<string>;
  /** Called functions, without their schema. */
  readonly calls: ReadonlySet<string>;
}

type Node = Readonly<Record<string, unknown>>;

interface Finding {
  reads: Set<string>;
  locks: Set<string>;
  writes: Set<string>;
  calls: Set<string>;
}

/**
 * What the text of an SQL statement names, by PostgreSQL's own parser, which must be loaded. Names of a `WITH` are no
 * tables.
 *
 * @returns null when the parser does not understand the statement
 */
export function touchedBy(query: string): Touched | null {
  let tree: unknown;
  try {
    tree = parseSync(query);
  } catch {
    return null;
  }
  const found: Finding = { reads: new Set(), locks: new Set(), writes: new Set(), calls: new Set() };
  const common = new Set<string>();
  visit(tree, found, common);
  for (const name of common) found.reads.delete(name);
  return found;
}

function visit(value: unknown, found: Finding, common: Set<string>): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    for (const each of value) visit(each, found, common);
    return;
  }
  for (const [key, content] of Object.entries(value as Node)) {
    const node = content as Node;
    if (key === 'RangeVar') found.reads.add(String(node.relname));
    else if (key === 'CommonTableExpr') common.add(String(node.ctename));
    else if (key === 'FuncCall') found.calls.add(lastName(node.funcname));
    else if (key === 'InsertStmt' || key === 'UpdateStmt' || key === 'DeleteStmt' || key === 'MergeStmt')
      found.writes.add(String((node.relation as Node).relname));
    else if (key === 'SelectStmt' && node.lockingClause !== undefined) addLocked(node, found);
    visit(content, found, common);
  }
}

function lastName(parts: unknown): string {
  const last = (parts as { String: { sval: string } }[]).at(-1);
  return last?.String.sval ?? '';
}

/** `FOR UPDATE` locks rows of every table of the FROM clause, or of those that `OF` names. */
function addLocked({ fromClause, lockingClause }: Node, found: Finding): void {
  const named = new Set<string>();
  let all = false;
  for (const { LockingClause } of lockingClause as { LockingClause: Node }[]) {
    const relations = (LockingClause.lockedRels ?? []) as { RangeVar: Node }[];
    if (relations.length === 0) all = true;
    for (const { RangeVar } of relations) named.add(String(RangeVar.relname));
  }
  for (const table of rangesIn(fromClause)) {
    const alias = (table.alias as Node | undefined)?.aliasname ?? table.relname;
    if (all || named.has(String(alias))) found.locks.add(String(table.relname));
  }
}

function rangesIn(value: unknown): Node[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(rangesIn);
  return Object.entries(value as Node).flatMap(([key, content]) =>
    key === 'RangeVar' ? [content as Node] : rangesIn(content),
  );
}
