import { parsePlPgSQLSync } from 'libpg-query';

/** A node of the parse tree of PL/pgSQL. */
type Node = Readonly<Record<string, unknown>>;

/** A statement of a PL/pgSQL function, as PostgreSQL's own parser sees it. */
export interface Statement {
  /** `execsql`, `perform`, `if`, `fors` …: the parser's name without its prefix. */
  readonly kind: string;
  /** From 1, counted in the function's body. */
  readonly line: number;
  /** What it evaluates by itself, without the statements inside it, as complete SQL statements. */
  readonly queries: readonly string[];
}

/** All that a function's body consists of. */
export interface Body {
  /** In the order of the text, those inside others right behind their beginning. */
  readonly statements: readonly Statement[];
  /** Expressions that are evaluated where no statement begins, as complete SQL statements. */
  readonly between: readonly { readonly line: number; readonly where: string; readonly query: string }[];
  /** The parse tree, to be compared with another one. */
  readonly tree: Node;
}

/** Keys under which a statement holds the statements inside it. */
const NESTED = new Set([
  'body',
  'then_body',
  'elsif_list',
  'else_body',
  'case_when_list',
  'else_stmts',
  'exceptions',
]);

/**
 * Parses a function.
 *
 * @param definition a whole `CREATE FUNCTION` statement; the parser must be loaded
 * @throws Error when the parser does not understand it
 */
export function parseFunction(definition: string): Body {
  const parsed = parsePlPgSQLSync(definition) as unknown as { plpgsql_funcs: [Node] };
  const tree = parsed.plpgsql_funcs[0].PLpgSQL_function as Node;
  const collected: Collected = { statements: [], between: [] };
  for (const datum of (tree.datums ?? []) as Node[]) {
    const { lineno, refname, default_val } = (datum.PLpgSQL_var ?? {}) as Node;
    if (default_val === undefined) continue;
    const [query = ''] = queriesIn(default_val);
    collected.between.push({ line: Number(lineno ?? 0), where: `the default of ${String(refname)}`, query });
  }
  collect([tree.action as Node], collected);
  return { ...collected, tree };
}

interface Collected {
  statements: Statement[];
  between: { line: number; where: string; query: string }[];
}

function collect(nodes: readonly Node[], found: Collected): void {
  for (const node of nodes) {
    const [[name, content] = ['', {}]] = Object.entries(node) as [string, Node][];
    // What the parser adds has no line: a RETURN for a function that ends without, and a block around a whole function
    // that has a label or handlers of its own.
    if (content.lineno === undefined) {
      collect(listed(content.body), found);
      continue;
    }
    const kind = name.replace('PLpgSQL_stmt_', '');
    const queries = Object.entries(content).flatMap(([key, value]) =>
      NESTED.has(key) ? [] : queriesIn(value),
    );
    found.statements.push({ kind, line: Number(content.lineno), queries });
    if (kind === 'while') {
      const [query = ''] = queries;
      found.between.push({
        line: Number(content.lineno),
        where: 'the condition of WHILE, after each turn',
        query,
      });
    }
    collect(listed(content.body), found);
    collect(listed(content.then_body), found);
    for (const { PLpgSQL_if_elsif: branch } of listed(content.elsif_list) as { PLpgSQL_if_elsif: Node }[]) {
      for (const query of queriesIn(branch.cond)) {
        found.between.push({ line: Number(branch.lineno), where: 'the condition of ELSIF', query });
      }
      collect(listed(branch.stmts), found);
    }
    collect(listed(content.else_body), found);
    for (const { PLpgSQL_case_when: branch } of listed(content.case_when_list) as {
      PLpgSQL_case_when: Node;
    }[]) {
      for (const query of queriesIn(branch.expr)) {
        found.between.push({ line: Number(branch.lineno), where: 'the condition of WHEN', query });
      }
      collect(listed(branch.stmts), found);
    }
    collect(listed(content.else_stmts), found);
    const handlers = (content.exceptions as Node | undefined)?.PLpgSQL_exception_block as Node | undefined;
    for (const { PLpgSQL_exception: handler } of listed(handlers?.exc_list) as {
      PLpgSQL_exception: Node;
    }[]) {
      collect(listed(handler.action), found);
    }
  }
}

function listed(value: unknown): readonly Node[] {
  return (value ?? []) as readonly Node[];
}

/** Every expression in a part of the tree, each as a complete SQL statement. */
function queriesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(queriesIn);
  const node = value as Node;
  if ('PLpgSQL_expr' in node) {
    const { query, parseMode } = node.PLpgSQL_expr as { query: string; parseMode?: number };
    return [asStatement(query, parseMode ?? 0)];
  }
  return Object.values(node).flatMap(queriesIn);
}

/** The parser's modes: 0 is a statement, 2 an expression, the others assignments to names of one to three parts. */
function asStatement(query: string, mode: number): string {
  if (mode === 0) return query;
  return `SELECT ${mode === 2 ? query : query.replace(/^[^=]*=/, '')}`;
}
