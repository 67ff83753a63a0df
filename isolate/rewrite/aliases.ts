import type { Structure } from '../../sql/structure.ts';

/** Words after which a qualified name is that of an object, never a column of something called like the schema. */
const BEFORE_OBJECTS = new Set([
  ...[
    'from',
    'join',
    'update',
    'table',
    'only',
    'view',
    'function',
    'procedure',
    'routine',
    'type',
    'column',
    'as',
  ],
  ...[
    'sequence',
    'references',
    'call',
    'returns',
    'setof',
    'domain',
    'index',
    'policy',
    '::',
    'collate',
    'operator',
  ],
]);
/** Words that begin a clause of expressions. */
export const BEFORE_EXPRESSIONS = new Set([
  ...[
    'select',
    'where',
    'on',
    'having',
    'by',
    'set',
    'returning',
    'when',
    'then',
    'else',
    'values',
    'distinct',
  ],
  ...[
    'and',
    'or',
    'not',
    'in',
    'into',
    'if',
    'elsif',
    'while',
    'return',
    'perform',
    'execute',
    'raise',
    'assert',
  ],
  ...[
    'between',
    'is',
    'like',
    'ilike',
    'over',
    'partition',
    'limit',
    'offset',
    'filter',
    'next',
    'foreach',
    'exit',
  ],
  ...[
    'until',
    'case',
    'strict',
    'default',
    'check',
    'all',
    'any',
    'some',
    'with',
    'continue',
    'array',
    'using',
  ],
]);

/**
 * What `public.x` means where something in the text is called `public` too. An expression never names a schema and an
 * object alone: `public.x` there is a column, unless a bracket or another dot follows.
 */
export function placeOf(s: Structure, i: number): 'object' | 'column' | 'unclear' {
  if (s.word(i + 3) === '(' || s.word(i + 3) === '.' || s.word(i + 3) === '%') return 'object';
  const before = s.tokens[i - 1];
  if (before === undefined || i === s.statement(i).start) return 'column';
  if (before.word === 'into') return ['insert', 'merge'].includes(s.word(i - 2)) ? 'object' : 'column';
  if (before.word === 'on' && isOfDefinition(s, i - 1)) return 'object';
  if (before.word === 'from' && !isClause(s, i - 1)) return 'column';
  if (BEFORE_OBJECTS.has(before.word)) return 'object';
  if (BEFORE_EXPRESSIONS.has(before.word)) return 'column';
  if (before.word === '(') return opensTables(s, i - 1) ? 'object' : 'column';
  // `p_kind public.kind`: a type behind the name of a column, variable or parameter.
  if (before.name !== null && !before.reserved) return 'object';
  return before.word === ',' ? placeInList(s, i) : 'column';
}

/** Functions whose arguments are parted by FROM. */
const PARTED_BY_FROM = new Set(['extract', 'trim', 'substring', 'overlay', 'ltrim', 'rtrim', 'btrim']);

/** Whether a FROM begins a list of tables: not that of `IS DISTINCT FROM` and of `extract(day from …)`. */
function isClause(s: Structure, from: number): boolean {
  if (s.word(from - 1) === 'distinct' && s.word(from - 2) !== 'select') {
    return !['is', 'not'].includes(s.word(from - 2));
  }
  const open = s.around(from)?.open;
  return open === undefined || !PARTED_BY_FROM.has(s.callee(open)?.parts.at(-1) ?? '');
}

/** Whether a bracket holds tables of FROM, `from ((public.a join …) join …)`: then it holds a join. */
function opensTables(s: Structure, open: number): boolean {
  for (let at = open + 1; at < s.closeOf(open); at += 1) {
    if (s.word(at) === 'join' && s.around(at)?.open === open) return true;
  }
  return false;
}

/** The ON of `GRANT`, `CREATE POLICY`, `CREATE TRIGGER` and the like, not that of a join. */
function isOfDefinition(s: Structure, i: number): boolean {
  const { start } = s.statement(i);
  if (!['create', 'drop', 'alter', 'comment', 'grant', 'revoke'].includes(s.word(start))) return false;
  if (['grant', 'revoke'].includes(s.word(start))) return true;
  for (let at = start; at < i; at += 1) if (['select', 'return', 'join'].includes(s.word(at))) return false;
  return true;
}

/** Behind a comma: in the list of FROM, of expressions, or, behind `ON` of a join, of either. */
function placeInList(s: Structure, i: number): 'object' | 'column' | 'unclear' {
  const open = s.around(i)?.open;
  for (let at = i - 1; at >= s.statement(i).start && at !== open; at -= 1) {
    if (s.around(at)?.open !== open) continue;
    const word = s.word(at);
    if (word === 'from') return s.word(at - 1) === 'distinct' ? 'column' : 'object';
    if (word === 'on') return 'unclear';
    if (['select', 'where', 'having', 'by', 'set', 'returning', 'values'].includes(word)) return 'column';
  }
  return 'column';
}

/** Whether a qualified name is that of a table which is read or written. */
function isTable(s: Structure, i: number): boolean {
  const before = s.word(i - 1);
  if (before === '(') return opensTables(s, i - 1);
  return ['from', 'join', 'only', 'update', 'into'].includes(before) && placeOf(s, i) === 'object';
}

/**
 * Whether the text gives the schema's name to something of its own: a table alias, a CTE, a variable or a label. A table
 * of that name is called so wherever it has no other alias.
 */
export function hasAlias(s: Structure, name: string): boolean {
  for (let i = 0; i < s.tokens.length; i += 1) {
    if (s.name(i) !== name) continue;
    if (s.word(i - 1) === '.') {
      if (isTable(s, i - 2)) return true;
      continue;
    }
    if (s.word(i + 1) === '.') continue;
    const before = s.tokens[i - 1];
    if (before === undefined) continue;
    if (before.word === 'as' || before.word === ')' || before.word === '<<') return true;
    if (s.word(i + 1) === 'as' && ['with', 'recursive', ','].includes(before.word)) return true;
    if (before.word === 'for' && s.word(i + 1) === 'in') return true;
    if ((before.word === 'declare' || before.word === ';') && s.name(i + 1) !== null) return true;
    const afterName = before.name !== null && !before.reserved && !['schema', 'role'].includes(before.word);
    if (afterName) return true;
  }
  return false;
}
