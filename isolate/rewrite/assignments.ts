import type { Structure } from '../../sql/structure.ts';

/** `target := expression`; also declarations with a default. Token indexes of the expression, end exclusive. */
export interface Assignment {
  readonly target: string;
  readonly start: number;
  readonly end: number;
}

const COMMANDS = new Set([
  ...[
    'if',
    'elsif',
    'while',
    'return',
    'update',
    'perform',
    'delete',
    'exit',
    'continue',
    'when',
    'raise',
    'insert',
  ],
  ...[
    'call',
    'select',
    'with',
    'set',
    'create',
    'alter',
    'for',
    'execute',
    'assert',
    'get',
    'merge',
    'foreach',
  ],
]);

/** All assignments to PL/pgSQL variables, `SELECT … INTO` included. */
export function assignmentsOf(s: Structure): Assignment[] {
  return s.statements.flatMap(({ start, end }) => {
    const assignment = s.word(start) === 'select' ? selectInto(s, start, end) : assignmentIn(s, start, end);
    return assignment === null ? [] : [assignment];
  });
}

function assignmentIn(s: Structure, start: number, end: number): Assignment | null {
  const target = s.name(start);
  if (target === null || COMMANDS.has(s.word(start))) return null;
  for (let i = start + 1; i < end; i += 1) {
    const word = s.word(i);
    if (word === ':=' || word === '=' || word === 'default') return { target, start: i + 1, end };
    // Between the name and the sign there is a type at most.
    if (s.name(i) === null && !['.', '%', '(', ')', '[', ']', ','].includes(word) && !/^\d/.test(word))
      return null;
  }
  return null;
}

function selectInto(s: Structure, start: number, end: number): Assignment | null {
  for (let i = start; i < end; i += 1) {
    if (s.word(i) !== 'into' || s.around(i)?.open !== s.around(start)?.open) continue;
    const target = s.name(s.word(i + 1) === 'strict' ? i + 2 : i + 1);
    if (target !== null) return { target, start: start + 1, end: i };
  }
  return null;
}

/**
 * The name that an expression's value gets: of a variable, a declaration, a parameter with a default, or a named
 * argument. null when the token before the expression gives it none.
 *
 * @param first first token of the expression
 */
export function nameGiven(s: Structure, first: number): string | null {
  const sign = s.word(first - 1);
  if (sign === '=>') return s.name(first - 2);
  if (![':=', '=', 'default'].includes(sign)) return null;
  const around = s.around(first);
  if (around === null) {
    const { start, end } = s.statement(first);
    // In SQL an equals sign compares.
    if (sign === '=' && s.language === 'sql') return null;
    const assignment = assignmentIn(s, start, end);
    return assignment?.start === first ? assignment.target : null;
  }
  if (sign === '=') return null;
  let start = s.elements(around.open).find((each) => each.end > first)?.start ?? around.open + 1;
  while (['in', 'out', 'inout', 'variadic'].includes(s.word(start))) start += 1;
  return s.name(start);
}
