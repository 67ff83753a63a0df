import { parse, type Tree } from '../../sql/parser.ts';
import { asTree, list, strings } from '../../sql/tree.ts';
import { namesIn } from './inputs.ts';
import { mergeActionOf, nameOf, relationsLocked, rowLockOf, tableLockOf, targetsOf } from './sql-tree.ts';
import type { Step } from './steps.ts';

/** Where a piece of SQL stands in the body. */
export interface Place {
  /** The line of a byte of the piece; of the piece as a whole when it is undefined. */
  line(offset: number | undefined): number;
}

/** What the statements of an SQL text do; null when PostgreSQL's parser refuses it. */
export function stepsOfSql(text: string, place: Place): Step[] | null {
  const parsed = parse(text);
  if (!('statements' in parsed)) return null;
  return parsed.statements.flatMap(({ kind, tree }) => stepsOfNode({ [kind]: tree }, place));
}

/** What one node of a parse tree does, its parts included. */
export function stepsOfNode(node: unknown, place: Place): Step[] {
  const walk = new Walk(place);
  walk.visit(node);
  return walk.steps;
}

/** Goes through a parse tree in the order in which PostgreSQL does what it says, as far as that is fixed. */
class Walk {
  steps: Step[] = [];
  readonly #place: Place;
  /** Names of common table expressions, which are no tables. */
  readonly #withNames = new Set<string>();

  constructor(place: Place) {
    this.#place = place;
  }

  visit(node: unknown): void {
    if (Array.isArray(node)) for (const each of node) this.visit(each);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return;
    for (const [kind, value] of Object.entries(node)) {
      if (typeof value !== 'object' || value === null) continue;
      const tree = asTree(value);
      if (kind === 'SelectStmt') this.#select(tree);
      else if (kind === 'InsertStmt') this.#insert(tree);
      else if (kind === 'UpdateStmt') this.#update(tree);
      else if (kind === 'DeleteStmt') this.#delete(tree);
      else if (kind === 'MergeStmt') this.#merge(tree);
      else if (kind === 'FuncCall') this.#call(tree);
      else if (kind === 'CallStmt') this.#call(asTree(tree.funccall));
      else if (kind === 'LockStmt') this.#lockTables(tree);
      else if (kind === 'TruncateStmt') this.#truncate(tree);
      else if (kind === 'DoStmt' || kind === 'ExecuteStmt') {
        this.steps.push({ kind: 'unseen', what: 'a statement that runs other code', line: this.#line(tree) });
      } else this.visit(value);
    }
  }

  #select(tree: Tree): void {
    // The operands of UNION stand without the node's name around them.
    for (const operand of [tree.larg, tree.rarg]) if (operand !== undefined) this.#select(asTree(operand));
    const { withClause, lockingClause, larg: _, rarg: __, ...rest } = tree;
    this.#with(withClause);
    this.visit(rest);
    for (const clause of list(lockingClause)) this.#lockRows(asTree(asTree(clause).LockingClause), tree);
  }

  #lockRows(clause: Tree, { fromClause }: Tree): void {
    const strength = rowLockOf(clause);
    if (strength === null) return;
    for (const tree of relationsLocked(clause, fromClause)) {
      const relation = nameOf(tree);
      // FOR UPDATE does not reach into WITH.
      if (relation.schema === null && this.#withNames.has(relation.name)) continue;
      this.steps.push({ kind: 'row lock', relation, strength, line: this.#line(tree) });
    }
  }

  #insert(tree: Tree): void {
    const { withClause, relation, cols, selectStmt, onConflictClause, returningList } = tree;
    this.#with(withClause);
    this.visit(selectStmt);
    const inserted = this.#write('insert', asTree(relation), targetsOf(cols));
    const conflict = asTree(onConflictClause);
    if (conflict.action === 'ONCONFLICT_UPDATE') {
      this.visit(conflict.targetList);
      const updated = this.#write('update', asTree(relation), targetsOf(conflict.targetList));
      this.steps.push({ kind: 'choice', branches: [[inserted], [updated]] });
    } else {
      this.steps.push(inserted);
    }
    this.visit(returningList);
  }

  #update(tree: Tree): void {
    const { withClause, relation, targetList, ...rest } = tree;
    this.#with(withClause);
    this.visit(targetList);
    this.visit(rest);
    this.steps.push(this.#write('update', asTree(relation), targetsOf(targetList)));
  }

  #delete(tree: Tree): void {
    const { withClause, relation, ...rest } = tree;
    this.#with(withClause);
    this.visit(rest);
    this.steps.push(this.#write('delete', asTree(relation), null));
  }

  #merge(tree: Tree): void {
    const { withClause, relation, mergeWhenClauses, ...rest } = tree;
    this.#with(withClause);
    this.visit(rest);
    const branches = list(mergeWhenClauses).map((each) => {
      const clause = asTree(asTree(each).MergeWhenClause);
      const before = this.steps;
      this.steps = [];
      this.visit([clause.condition, clause.targetList, clause.values]);
      const action = mergeActionOf(clause);
      if (action !== null) {
        const columns = action === 'delete' ? null : targetsOf(clause.targetList);
        this.steps.push(this.#write(action, asTree(relation), columns));
      }
      const branch = this.steps;
      this.steps = before;
      return branch;
    });
    this.steps.push({ kind: 'choice', branches: [...branches, []] });
  }

  #call(tree: Tree): void {
    this.visit(tree.args);
    this.visit(tree.agg_filter);
    const parts = strings(tree.funcname);
    const name = parts.at(-1);
    if (name === undefined) return;
    this.steps.push({
      kind: 'call',
      routine: { schema: parts.at(-2) ?? null, name },
      argumentCount: list(tree.args).length,
      inputs: namesIn(tree.args),
      line: this.#line(tree),
    });
  }

  #lockTables(tree: Tree): void {
    const mode = tableLockOf(tree);
    for (const each of list(tree.relations)) {
      const relation = asTree(asTree(each).RangeVar);
      this.steps.push({
        kind: 'table lock',
        relation: nameOf(relation),
        mode,
        line: this.#line(relation),
      });
    }
  }

  #truncate(tree: Tree): void {
    for (const each of list(tree.relations)) {
      const relation = asTree(asTree(each).RangeVar);
      this.steps.push(this.#write('truncate', relation, null));
    }
  }

  #with(withClause: unknown): void {
    const { ctes } = asTree(withClause);
    for (const each of list(ctes)) {
      const name = asTree(asTree(each).CommonTableExpr).ctename;
      if (typeof name === 'string') this.#withNames.add(name);
    }
    this.visit(ctes);
  }

  #write(
    action: 'insert' | 'update' | 'delete' | 'truncate',
    relation: Tree,
    columns: readonly string[] | null,
  ): Step {
    return { kind: 'write', action, relation: nameOf(relation), columns, line: this.#line(relation) };
  }

  #line({ location }: Tree): number {
    return this.#place.line(typeof location === 'number' ? location : undefined);
  }
}
