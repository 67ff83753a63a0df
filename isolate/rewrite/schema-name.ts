import { looksLikeSchema, operandAfter, operandBefore } from '../../sql/operands.ts';
import { readLiteral } from '../../sql/strings.ts';
import type { Structure } from '../../sql/structure.ts';
import { quoteIdentifier } from '../../sql/tokens.ts';
import { nameGiven } from './assignments.ts';
import { castsAround } from './contexts.ts';
import type { Executed } from './executed.ts';
import type { Collector, Layer } from './layer.ts';
import type { Renaming } from './renaming.ts';
import { type Meaning, meaningInside, meaningOfText } from './schema-name-in-brackets.ts';
import { usesOf } from './uses.ts';

/** Types that a schema's name may have; a cast to any other (an enum, say) makes it something else. */
const TEXTS = new Set([
  ...['text', 'name', 'varchar', 'character', 'char', 'bpchar', 'citext', 'cstring', 'unknown'],
  ...['sql_identifier', 'character_data', 'regclass', 'regnamespace'],
]);
const COMPARING = new Set([
  '=',
  '<>',
  '!=',
  '~~',
  '!~~',
  'like',
  'ilike',
  '~',
  '!~',
  '@>',
  '<@',
  '&&',
  'from',
]);

/**
 * Rewrites a string constant that holds the schema's name and nothing else, or an array literal with it, when its place
 * says that a schema is meant; reports it when that cannot be told.
 *
 * @returns false when the constant is something else, to be judged by other rules
 */
export function rewriteSchemaName(
  s: Structure,
  i: number,
  layer: Layer,
  content: Layer,
  renaming: Renaming,
  collector: Collector,
  executed: Executed,
): boolean {
  const { from, to } = renaming;
  const places = placesOf(content.text, from);
  const token = s.tokens[i];
  if (places.length === 0 || !token) return false;
  const meaning = meaningOf(s, i, renaming, executed);
  if (typeof meaning === 'object') collector.find('leftover', layer, token.start, token.end, meaning.unclear);
  else if (meaning === 'something else') {
    if (isAnswer(s, i)) {
      collector.find(
        'note',
        layer,
        token.start,
        token.end,
        `if this answer is used as a schema, it is ${from}`,
      );
    }
  } else {
    const asIdentifier = meaning === 'schema as identifier' || content.text.startsWith('{');
    for (const at of places) {
      const after = asIdentifier ? quoteIdentifier(to) : to;
      collector.replace(content, at, at + from.length, after, 'schema name in a string');
    }
  }
  return true;
}

/** `return 'public'` and `select 'public'`: what callers make of it cannot be seen from here. */
function isAnswer(s: Structure, i: number): boolean {
  const { start, end } = s.statement(i);
  if (i !== start + 1 || !['return', 'select'].includes(s.word(start))) return false;
  const last = skipCasts(s, i);
  return last + 1 >= end || s.word(last + 1) === ';';
}

/** Where the schema's name is in a content that is nothing but it, or an array literal of names. */
function placesOf(content: string, from: string): number[] {
  if (content === from) return [0];
  if (!content.startsWith('{') || !content.endsWith('}') || /["\\:]/.test(content)) return [];
  const places: number[] = [];
  let at = 1;
  for (const element of content.slice(1, -1).split(',')) {
    if (element.trim() === from) places.push(at + element.indexOf(from));
    at += element.length + 1;
  }
  return places;
}

function meaningOf(s: Structure, i: number, renaming: Renaming, executed: Executed): Meaning {
  const types = castsAround(s, i);
  if (types.includes('regnamespace')) return 'schema as identifier';
  if (types.some((type) => !TEXTS.has(type))) return 'something else';
  if (s.word(s.statement(i).start) === 'raise') return 'something else';
  if (s.word(i - 1) === 'schema') return 'schema';
  let first = i;
  let last = i;
  for (;;) {
    last = skipCasts(s, last);
    if (s.word(last + 1) === '||' || s.word(first - 1) === '||')
      return meaningOfPiece(s, first, last, executed);
    const named = nameGiven(s, first);
    if (named !== null) return meaningOfName(s, named, executed);
    if (COMPARING.has(s.word(first - 1)) && s.word(first - 1) !== 'from') {
      return looksLikeSchema(operandBefore(s, first - 1)) ? 'schema' : 'something else';
    }
    if (s.word(first - 1) === 'from' && s.word(first - 2) === 'distinct') {
      return looksLikeSchema(operandBefore(s, first - (s.word(first - 3) === 'not' ? 4 : 3)))
        ? 'schema'
        : 'something else';
    }
    if (COMPARING.has(s.word(last + 1)) && s.word(last + 1) !== 'from') {
      return looksLikeSchema(operandAfter(s, last + 2)) ? 'schema' : 'something else';
    }
    const label =
      s.word(last + 1) === 'as' || s.word(last + 1) === 'into' ? s.name(last + 2) : s.name(last + 1);
    if (looksLikeSchema(label)) return 'schema';
    if (s.word(first - 1) === 'array' && s.word(s.statement(i).start) === 'foreach') {
      return looksLikeSchema(s.name(s.statement(i).start + 1)) ? 'schema' : 'something else';
    }
    const around = s.around(first);
    if (around === null) return usedAsParameter(s, first, executed);
    const { open, close } = around;
    const inner = meaningInside(s, first, open, renaming, executed);
    if (inner !== null) return inner;
    const callee = s.callee(open);
    first = callee?.first ?? (s.word(open - 1) === 'array' ? open - 1 : open);
    last = close;
  }
}

function meaningOfPiece(s: Structure, first: number, last: number, executed: Executed): Meaning {
  const next = s.tokens[last + 2];
  if (s.word(last + 1) === '||' && next?.kind === 'string') {
    const text = readLiteral(next.text)?.content ?? '';
    if (text.startsWith('.')) return 'schema as identifier';
  }
  return meaningOfText(executed.has(first));
}

/** Meaning of the value of a variable, parameter or argument. */
function meaningOfName(s: Structure, name: string, executed: Executed): Meaning {
  if (looksLikeSchema(name)) return 'schema';
  const uses = usesOf(s, name);
  if (uses.asSchema) return 'schema';
  if (uses.inText || executed.hasVariable(name)) {
    return { unclear: `the value of ${name}, which becomes a part of a text that may be SQL` };
  }
  return 'something else';
}

/** `execute '… where table_schema = $1' using 'public'`. */
function usedAsParameter(s: Structure, i: number, executed: Executed): Meaning {
  const { start } = s.statement(i);
  let using = i;
  while (using > start && s.word(using) !== 'using') using -= 1;
  if (s.word(using) !== 'using' || !executed.has(using - 1)) return 'something else';
  const texts = s.tokens
    .slice(start, using)
    .filter(({ kind, text }) => kind === 'string' && /schema|nsp/i.test(text));
  return texts.length > 0 ? { unclear: 'a parameter of SQL that asks for schemas' } : 'something else';
}

function skipCasts(s: Structure, last: number): number {
  let at = last;
  while (s.word(at + 1) === '::') {
    at += s.word(at + 3) === '.' ? 4 : 2;
    while (s.name(at + 1) !== null && ['varying', 'precision'].includes(s.word(at + 1))) at += 1;
    if (s.word(at + 1) === '(') at = s.closeOf(at + 1);
    while (s.word(at + 1) === '[' && s.word(at + 2) === ']') at += 2;
  }
  return at;
}
