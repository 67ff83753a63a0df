import { placeholderOf } from '../../sql/format.ts';
import { looksLikeSchema, operandBefore } from '../../sql/operands.ts';
import { readLiteral } from '../../sql/strings.ts';
import type { Statement, Structure } from '../../sql/structure.ts';
import { isBuiltIn, isPiece } from './contexts.ts';
import type { Executed } from './executed.ts';
import type { Renaming } from './renaming.ts';

/** What a string constant that is the schema's name alone means. */
export type Meaning = 'schema' | 'schema as identifier' | 'something else' | { readonly unclear: string };

/** Functions whose value is a schema’s name when their argument is. */
const TRANSPARENT = new Set([
  'coalesce',
  'nullif',
  'lower',
  'upper',
  'trim',
  'btrim',
  'array',
  'greatest',
  'text',
  'name',
]);

/** Meaning as an element of the brackets around; null when that is what the whole in brackets means. */
export function meaningInside(
  s: Structure,
  i: number,
  open: number,
  renaming: Renaming,
  executed: Executed,
): Meaning | null {
  const before = s.word(open - 1);
  if (before === 'in') return meaningOfOperand(s, open - (s.word(open - 2) === 'not' ? 3 : 2));
  if (['any', 'all', 'some'].includes(before)) return meaningOfOperand(s, open - 3);
  if (before === 'values') return meaningOfInserted(s, i, open);
  const callee = s.callee(open);
  const elements = s.elements(open);
  const index = elements.findIndex((each) => i >= each.start && i < each.end);
  if (callee === null) {
    if (s.word(open) === '[' || elements.length === 1) return null;
    return meaningInRow(s, open, index);
  }
  const name = callee.parts.at(-1) ?? '';
  if (isBuiltIn(callee.parts)) {
    if (name === 'to_regnamespace' || name === 'has_schema_privilege') return 'schema as identifier';
    if (name === 'quote_ident') return 'schema';
    if (/^(schema|database)_to_xml/.test(name)) return 'schema';
    if (name === 'format') return meaningInFormat(s, i, open, index, executed);
    if (name === 'coalesce' && siblings(s, open).some(looksLikeSchema)) return 'schema';
    if (TRANSPARENT.has(name)) return null;
    if (!renaming.cloned.has(name) || callee.parts.length > 1) {
      return isPiece(s, i) ? meaningOfText(executed.has(i)) : 'something else';
    }
  }
  if (namesCloned(s, elements[index + 1], renaming)) return 'schema';
  return { unclear: `an argument of ${callee.parts.join('.')}(), which may take a schema’s name` };
}

/** Whether an argument is the name of a cloned object, alone in a string: `audit('public', 'bookings')`. */
function namesCloned(s: Structure, argument: Statement | undefined, { cloned }: Renaming): boolean {
  const token = argument && s.tokens[argument.start];
  return token?.kind === 'string' && cloned.has(readLiteral(token.text)?.content ?? '');
}

function meaningInFormat(s: Structure, i: number, open: number, index: number, executed: Executed): Meaning {
  const shown = placeholderOf(s, open, index)?.meaning;
  // What is put into a text that nobody runs is text.
  return shown === undefined || typeof shown === 'object' ? meaningOfText(executed.has(i)) : shown;
}

function siblings(s: Structure, open: number): (string | null)[] {
  return s.elements(open).map(({ end }) => s.name(end - 1));
}

function meaningOfOperand(s: Structure, last: number): Meaning {
  return looksLikeSchema(operandBefore(s, last + 1)) ? 'schema' : 'something else';
}

/** `(schemaname, tablename) = ('public', 'x')`, also behind IN. */
function meaningInRow(s: Structure, open: number, index: number): Meaning {
  let before = open - 1;
  while (['(', ',', 'in', '=', '<>', 'not'].includes(s.word(before))) before -= 1;
  const row = s.word(before) === ')' ? s.openOf(before) : undefined;
  const element = row === undefined ? undefined : s.elements(row)[index];
  return element && looksLikeSchema(s.name(element.end - 1)) ? 'schema' : 'something else';
}

/** `insert into t (schema_name, …) values ('public', …)`. */
function meaningOfInserted(s: Structure, i: number, open: number): Meaning {
  const index = s.elements(open).findIndex((each) => i >= each.start && i < each.end);
  const columns = s.word(open - 2) === ')' ? s.openOf(open - 2) : undefined;
  const column = columns === undefined ? undefined : s.elements(columns)[index];
  return column && looksLikeSchema(s.name(column.start)) ? 'schema' : 'something else';
}

/** Meaning as a piece of another text. */
export function meaningOfText(executed: boolean): Meaning {
  return executed ? { unclear: 'a part of SQL that is built at run time' } : 'something else';
}
