import { parsePlPgSQLSync } from 'libpg-query';
import type { Tree } from '../../sql/parser.ts';
import { asTree, list } from '../../sql/tree.ts';
import { assigned, assignment, rightSide } from './assignments.ts';
import { stepsOfDynamic } from './dynamic-steps.ts';
import { lineFinder } from './lines.ts';
import { stepsOfSql } from './sql-steps.ts';
import type { Step } from './steps.ts';

/** Modes in which PL/pgSQL parses a piece of SQL: a whole statement, an expression, and from 3 on an assignment. */
const EXPRESSION = 2;
/** From here on RAISE ends the block: EXCEPTION. */
const ELEVEL_ERROR = 21;

/**
 * What a PL/pgSQL function does, by PostgreSQL's own parser.
 *
 * @param definition the whole `CREATE FUNCTION`
 * @param body its body, in which lines are counted
 * @returns null when the parser refuses it
 */
export function stepsOfPlpgsql(definition: string, body: string): Step[] | null {
  let functions: readonly unknown[];
  try {
    functions = list(asTree(parsePlPgSQLSync(definition)).plpgsql_funcs);
  } catch {
    return null;
  }
  const root = asTree(asTree(functions[0]).PLpgSQL_function);
  return new Reading(body, list(root.datums)).function(root);
}

class Reading {
  readonly #lines: ReturnType<typeof lineFinder>;
  readonly #datums: readonly unknown[];
  /** Variables whose declared value has been worked out. */
  readonly #begun = new Set<unknown>();

  constructor(body: string, datums: readonly unknown[]) {
    this.#lines = lineFinder(body);
    this.#datums = datums;
  }

  function(root: Tree): Step[] {
    return this.#statement(root.action);
  }

  /** Declared values are worked out when their block begins. A block knows the line of its BEGIN, not its variables. */
  #declared(beginLine: number): Step[] {
    const steps: Step[] = [];
    for (const datum of this.#datums) {
      const variable = asTree(asTree(datum).PLpgSQL_var);
      const line = Number(variable.lineno ?? 1);
      if (variable.default_val === undefined || line > beginLine || this.#begun.has(datum)) continue;
      this.#begun.add(datum);
      steps.push(...this.#expression(variable.default_val, line));
      const { query } = asTree(asTree(variable.default_val).PLpgSQL_expr);
      steps.push(assignment(String(variable.refname), String(query)));
    }
    return steps;
  }

  #statements(nodes: unknown): Step[] {
    return list(nodes).flatMap((node) => this.#statement(node));
  }

  #statement(node: unknown): Step[] {
    const [kind, value] = Object.entries(asTree(node))[0] ?? ['', {}];
    const tree = asTree(value);
    const line = Number(tree.lineno ?? 1);
    const expression = (piece: unknown) => this.#expression(piece, line);
    switch (kind.replace('PLpgSQL_stmt_', '')) {
      case 'block':
        return this.#block(tree);
      case 'if':
        return this.#if(tree, line);
      case 'case':
        return this.#case(tree, line);
      case 'loop':
        return [{ kind: 'loop', body: this.#statements(tree.body) }];
      case 'while':
        return [{ kind: 'loop', body: [...expression(tree.cond), ...this.#statements(tree.body)] }];
      case 'fori':
        return [...[tree.lower, tree.upper, tree.step].flatMap(expression), ...this.#loop(tree)];
      case 'fors':
        return [...expression(tree.query), ...this.#loop(tree)];
      case 'foreach_a':
        return [...expression(tree.expr), ...this.#loop(tree)];
      case 'forc':
        return [...this.#cursor(tree, line), ...this.#loop(tree)];
      case 'dynfors':
        return [...this.#dynamic(tree.query, tree.params, line), ...this.#loop(tree)];
      case 'open':
        return tree.dynquery === undefined
          ? [...expression(tree.query), ...this.#cursor(tree, line)]
          : this.#dynamic(tree.dynquery, tree.params, line);
      case 'dynexecute':
        return this.#dynamic(tree.query, tree.params, line);
      case 'return_query':
        return tree.dynquery === undefined
          ? expression(tree.query)
          : this.#dynamic(tree.dynquery, tree.params, line);
      case 'execsql':
        return expression(tree.sqlstmt);
      case 'return':
        return [...expression(tree.expr), { kind: 'leave', by: 'return' }];
      case 'raise':
        return [
          ...list(tree.params).flatMap(expression),
          ...(Number(tree.elog_level) >= ELEVEL_ERROR ? [{ kind: 'leave', by: 'error' } as const] : []),
        ];
      case 'exit':
        return tree.cond === undefined
          ? [{ kind: 'leave', by: 'loop' }]
          : [...expression(tree.cond), { kind: 'choice', branches: [[{ kind: 'leave', by: 'loop' }], []] }];
      case 'assign':
        return [...expression(tree.expr), ...assigned(tree.expr)];
      default:
        // perform, call, return next, assert, and what runs no SQL.
        return [tree.expr, tree.cond, tree.message].flatMap(expression);
    }
  }

  #block(tree: Tree): Step[] {
    const declared = this.#declared(Number(tree.lineno ?? 1));
    const body = this.#statements(tree.body);
    const handlers = list(asTree(asTree(tree.exceptions).PLpgSQL_exception_block).exc_list).map((each) =>
      this.#statements(asTree(asTree(each).PLpgSQL_exception).action),
    );
    if (handlers.length === 0) return [...declared, ...body];
    // What the block did is rolled back before a handler begins, its locks too.
    return [...declared, { kind: 'choice', branches: [body, ...handlers] }];
  }

  #if(tree: Tree, line: number): Step[] {
    const conditions: Step[] = [...this.#expression(tree.cond, line)];
    const branches = [this.#statements(tree.then_body)];
    for (const each of list(tree.elsif_list)) {
      const elsif = asTree(asTree(each).PLpgSQL_if_elsif);
      conditions.push(...this.#expression(elsif.cond, Number(elsif.lineno ?? line)));
      branches.push(this.#statements(elsif.stmts));
    }
    branches.push(this.#statements(tree.else_body));
    return [...conditions, { kind: 'choice', branches }];
  }

  #case(tree: Tree, line: number): Step[] {
    const conditions = this.#expression(tree.t_expr, line);
    const branches = list(tree.case_when_list).map((each) => {
      const when = asTree(asTree(each).PLpgSQL_case_when);
      conditions.push(...this.#expression(when.expr, Number(when.lineno ?? line)));
      return this.#statements(when.stmts);
    });
    // Without ELSE a value that fits nowhere is an error.
    if (tree.have_else === true) branches.push(this.#statements(tree.else_stmts));
    return [...conditions, { kind: 'choice', branches }];
  }

  #loop(tree: Tree): Step[] {
    return [{ kind: 'loop', body: this.#statements(tree.body) }];
  }

  /** The query of a declared cursor, which runs when it is opened. */
  #cursor(tree: Tree, line: number): Step[] {
    const cursor = asTree(asTree(this.#datums[Number(tree.curvar)]).PLpgSQL_var);
    return [
      ...this.#expression(tree.argquery, line),
      ...this.#expression(cursor.cursor_explicit_expr, Number(cursor.lineno ?? line)),
    ];
  }

  #dynamic(query: unknown, parameters: unknown, line: number): Step[] {
    const given = list(parameters).flatMap((each) => this.#expression(each, line));
    const { query: text } = asTree(asTree(query).PLpgSQL_expr);
    if (typeof text !== 'string') return given;
    const inside = this.#expression(query, line);
    return [...given, ...inside, ...stepsOfDynamic(text, this.#lines(text, line))];
  }

  #expression(node: unknown, line: number): Step[] {
    const { query, parseMode = 0 } = asTree(asTree(node).PLpgSQL_expr);
    if (typeof query !== 'string') return [];
    const place = this.#lines(query, line);
    if (parseMode === 0)
      return stepsOfSql(query, place) ?? [{ kind: 'unseen', what: 'SQL that does not parse', line }];
    // An expression is what a SELECT of it does, an assignment what its right side does.
    const start = Number(parseMode) === EXPRESSION ? 0 : rightSide(query);
    const select = 'select ';
    const steps = stepsOfSql(select + query.slice(start), {
      line: (offset) =>
        place.line(
          offset === undefined
            ? undefined
            : offset - select.length + Buffer.byteLength(query.slice(0, start)),
        ),
    });
    return steps ?? [{ kind: 'unseen', what: 'an expression that does not parse', line }];
  }
}
