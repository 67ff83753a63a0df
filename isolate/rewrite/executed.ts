import { becomesValue } from '../../sql/pieces.ts';
import { readLiteral } from '../../sql/strings.ts';
import type { Structure } from '../../sql/structure.ts';
import type { Token } from '../../sql/tokens.ts';
import { assignmentsOf } from './assignments.ts';
import { beginsAsStatement } from './content.ts';

/** Functions that run SQL which they get as a text. */
const RUNNING = /^(query_to_xml\w*|dblink\w*|crosstab\w*|connectby|ts_stat|ts_rewrite|schedule\w*)$/;

/** Which pieces of a text are run as SQL at run time. */
export interface Executed {
  /** Whether anything is. */
  readonly any: boolean;
  /** Whether a token is part of an expression whose value is run. */
  has(i: number): boolean;
  /** Whether a variable's value is run, directly or as a part of another one's. */
  hasVariable(name: string): boolean;
}

/**
 * Finds `EXECUTE` of PL/pgSQL (also behind `FOR … IN`, `OPEN … FOR`, `RETURN QUERY`), functions that run a text, and
 * the variables whose values get there.
 */
export function findExecuted(s: Structure): Executed {
  const marks = new Set<number>();
  const mark = (start: number, end: number): void => {
    for (let i = start; i < end; i += 1) marks.add(i);
  };
  for (let i = 0; i < s.tokens.length; i += 1) {
    if (s.language === 'plpgsql' && isExecute(s, i)) mark(i + 1, endOfCommand(s, i));
    else if (s.word(i) === '(' && runs(s, i)) mark(i + 1, s.closeOf(i));
  }
  const any = marks.size > 0;
  const variables = s.language === 'plpgsql' ? followAssignments(s, marks) : new Set<string>();
  return { any, has: (i) => marks.has(i), hasVariable: (name) => variables.has(name) };
}

function isExecute(s: Structure, i: number): boolean {
  if (s.word(i) !== 'execute' || ['function', 'procedure', 'on'].includes(s.word(i + 1))) return false;
  return i === s.statement(i).start || ['for', 'in', 'query'].includes(s.word(i - 1));
}

function endOfCommand(s: Structure, i: number): number {
  const { end } = s.statement(i);
  const open = s.around(i)?.open;
  for (let at = i + 1; at < end; at += 1) {
    if (['using', 'into', 'loop', ';'].includes(s.word(at)) && s.around(at)?.open === open) return at;
  }
  return end;
}

function runs(s: Structure, open: number): boolean {
  const parts = s.callee(open)?.parts ?? [];
  const name = parts.at(-1) ?? '';
  if (name.startsWith('schedule') || name === 'alter_job') return parts[0] === 'cron';
  return RUNNING.test(name);
}

/** The variables in the marked expressions, and those in expressions assigned to them; marks these expressions too. */
function followAssignments(s: Structure, marks: Set<number>): Set<string> {
  const assignments = assignmentsOf(s);
  const executed = new Set<string>();
  const add = (i: number): void => {
    const name = s.name(i);
    if (name === null || s.word(i - 1) === '.' || becomesValue(s, i)) return;
    executed.add(name);
  };
  for (const i of marks) add(i);
  for (const { target, start, end } of assignments) {
    if (s.tokens.slice(start, end).some(isStatement)) executed.add(target);
  }
  for (let size = -1; size !== executed.size; ) {
    size = executed.size;
    for (const { target, start, end } of assignments) {
      if (!executed.has(target)) continue;
      for (let i = start; i < end; i += 1) {
        marks.add(i);
        add(i);
      }
    }
  }
  return executed;
}

const statements = new WeakMap<Token, boolean>();

/** A string constant that begins as an SQL statement. */
export function isStatement(token: Token): boolean {
  if (token.kind !== 'string') return false;
  let known = statements.get(token);
  if (known === undefined) {
    known = beginsAsStatement(readLiteral(token.text)?.content ?? '');
    statements.set(token, known);
  }
  return known;
}
