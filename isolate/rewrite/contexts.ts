import { becomesValue } from '../../sql/pieces.ts';
import type { Language, Structure } from '../../sql/structure.ts';
import { type Executed, isStatement } from './executed.ts';

/** What the place of a string constant says about its content. */
export type Position =
  /** Text for people: `RAISE`, `COMMENT … IS`. */
  | { readonly kind: 'prose' }
  /** The body of a function or of `DO`. `language` is null when it is none whose texts can be rewritten. */
  | { readonly kind: 'body'; readonly language: Language | null }
  /** A piece of SQL that is run. */
  | { readonly kind: 'executed' }
  /** The name of a relation, function or type: `'…'::regclass`, `to_regclass('…')`. */
  | { readonly kind: 'object name' }
  /** `set_config('search_path', '…', …)`. */
  | { readonly kind: 'search path' }
  /** A pattern to compare with. */
  | { readonly kind: 'pattern' }
  /** A value like any other; only the content tells. */
  | { readonly kind: 'value' };

const NAMES = new Set([
  ...['regclass', 'regtype', 'regproc', 'regprocedure', 'regoper', 'regoperator', 'regcollation'],
  ...['regconfig', 'regdictionary'],
]);
const TAKING_NAMES =
  /^(to_reg(class|type|proc|procedure|oper|operator|collation)|nextval|currval|setval|pg_get_serial_sequence|has_(table|column|any_column|sequence|function|type)_privilege|pg_(total_)?relation_size|pg_table_size|pg_indexes_size|table_to_xml\w*|row_security_active)$/;
/** Text search: a configuration in front, if there are several arguments. */
const TAKING_CONFIGURATION =
  /^((websearch_)?to_tsquery|plainto_tsquery|phraseto_tsquery|(jsonb?_)?to_tsvector|ts_headline|ts_lexize)$/;
const PATTERN = new Set(['~', '~*', '!~', '!~*', 'like', 'ilike', '~~', '~~*', '!~~', '!~~*']);

/** Where a string constant is. `i` is its token. */
export function positionOf(s: Structure, i: number, executed: Executed): Position {
  const types = castsAround(s, i);
  if (types.some((type) => NAMES.has(type))) return { kind: 'object name' };
  const around = s.around(i);
  const callee = around && s.callee(around.open);
  if (around && callee && isBuiltIn(callee.parts)) {
    const name = callee.parts.at(-1) ?? '';
    const takesName =
      TAKING_NAMES.test(name) || (TAKING_CONFIGURATION.test(name) && isFirstOfSeveral(s, around.open, i));
    if (takesName) return { kind: 'object name' };
    if (name === 'set_config' && isSetting(s, around.open, i)) return { kind: 'search path' };
  }
  const body = bodyLanguage(s, i);
  if (body !== undefined) return { kind: 'body', language: body };
  const { start } = s.statement(i);
  if (s.word(start) === 'raise' && s.language === 'plpgsql') return { kind: 'prose' };
  if (s.word(start) === 'comment' && s.word(i - 1) === 'is') return { kind: 'prose' };
  if (PATTERN.has(s.word(i - 1)) || (s.word(i - 1) === 'to' && s.word(i - 2) === 'similar'))
    return { kind: 'pattern' };
  if (becomesValue(s, i)) return { kind: 'value' };
  if (executed.has(i) || continuesStatement(s, i)) return { kind: 'executed' };
  return { kind: 'value' };
}

/** Not qualified, or with the schema where PostgreSQL's own functions are. */
export function isBuiltIn(parts: readonly string[]): boolean {
  return parts.length === 1 || (parts.length === 2 && parts[0] === 'pg_catalog');
}

/** The types that an expression of one token is cast to, from the inside out. */
export function castsAround(s: Structure, i: number): string[] {
  const types: string[] = [];
  const before = s.word(i - 1);
  if (before.startsWith('reg')) types.push(before);
  for (let at = i + 1; at < s.tokens.length; ) {
    if (s.word(at) === '::' || (s.word(at) === 'as' && isCast(s, at))) {
      at = s.word(at + 2) === '.' ? at + 3 : at + 1;
      types.push(s.name(at) ?? '');
      at += 1;
      while (s.name(at) !== null && ['varying', 'precision'].includes(s.word(at))) at += 1;
      if (s.word(at) === '(') at = s.closeOf(at) + 1;
      while (s.word(at) === '[' && s.word(at + 1) === ']') at += 2;
    } else if (s.word(at) === ')') {
      const open = s.openOf(at);
      if (open === undefined || s.elements(open).length > 1) break;
      if (s.callee(open) !== null || s.word(open - 1) === 'in') break;
      at += 1;
    } else break;
  }
  return types;
}

function isCast(s: Structure, i: number): boolean {
  const around = s.around(i);
  return around !== null && s.word(around.open - 1) === 'cast';
}

function isFirstOfSeveral(s: Structure, open: number, i: number): boolean {
  const elements = s.elements(open);
  return elements.length > 1 && i < (elements[0]?.end ?? 0);
}

function isSetting(s: Structure, open: number, i: number): boolean {
  const [setting, value] = s.elements(open);
  if (!setting || !value || i < value.start || i >= value.end) return false;
  return /^'search_path'$/i.test(s.tokens[setting.start]?.text ?? '');
}

/** Language of the body that a string constant is; undefined when it is no body. */
function bodyLanguage(s: Structure, i: number): Language | null | undefined {
  const { start, end } = s.statement(i);
  const head = s.word(start);
  const isDo =
    head === 'do' && (i === start + 1 || s.word(start + 1) === 'language' || s.word(i - 1) === 'do');
  const isFunction =
    head === 'create' &&
    s.word(i - 1) === 'as' &&
    [1, 2, 3].some((n) => ['function', 'procedure'].includes(s.word(start + n)));
  if (!isDo && !isFunction) return undefined;
  let language: string | null = isDo ? 'plpgsql' : 'sql';
  for (let at = start; at < end; at += 1) {
    if (s.word(at) !== 'language' || s.around(at) !== null) continue;
    const token = s.tokens[at + 1];
    language =
      token?.kind === 'string' ? token.text.replaceAll("'", '').toLowerCase() : (token?.name ?? null);
  }
  return language === 'sql' || language === 'plpgsql' ? language : null;
}

/** Whether an earlier string constant of the same expression begins an SQL statement: `'select 1' || ' from …'`. */
function continuesStatement(s: Structure, i: number): boolean {
  const open = s.around(i)?.open;
  for (let at = i - 1; at >= s.statement(i).start; at -= 1) {
    const token = s.tokens[at];
    if (at === open || !token) return false;
    if (s.around(at)?.open !== open) continue;
    if ([',', ':=', '=>', '='].includes(token.word)) return false;
    if (isStatement(token)) return true;
  }
  return false;
}

/** Whether a value is put together with others: an operand of `||`, or an argument of `format` or `concat`. */
export function isPiece(s: Structure, i: number): boolean {
  if (s.word(i - 1) === '||' || s.word(i + 1) === '||') return true;
  const around = s.around(i);
  const name = around && s.callee(around.open)?.parts.at(-1);
  return name === 'format' || name === 'concat' || name === 'concat_ws';
}
