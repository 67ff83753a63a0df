import { parseSync } from 'libpg-query';
import { maskPlaceholders } from '../../sql/pieces.ts';
import type { Token } from '../../sql/tokens.ts';
import type { Renaming } from './renaming.ts';

/**
 * What a string constant's content is, judged alone.
 *
 * - `name`: nothing but qualified names, perhaps with an argument list or placeholders: `public.bookings`,
 *   `public.f(uuid)`, `public.%I`, `public.`
 * - `statement`: begins as an SQL statement does
 * - `fragment`: begins with a word that continues a statement: `from`, `where` …
 * - `prose`: anything else
 */
export type Content = 'name' | 'statement' | 'fragment' | 'prose';

const KINDS =
  'table|view|index|unique|function|procedure|trigger|policy|type|schema|sequence|materialized|or|temp|temporary|role|extension|rule|domain|aggregate|event|publication|constraint|default|database|unlogged|cast|operator';
const STATEMENT = new RegExp(
  `^\\s*\\(*\\s*(select\\b|with\\s+(recursive\\s+)?\\S+\\s+as\\b|insert\\s+into\\b|delete\\s+from\\b|update\\s+[^\\n]*?\\sset\\b|` +
    `update\\s+\\S+\\s*$|merge\\s+into\\b|truncate\\b|(create|alter|drop)\\s+(${KINDS})\\b|grant\\b|revoke\\b|comment\\s+on\\b|` +
    `lock\\s+table\\b|refresh\\s+materialized\\b|reindex\\b|vacuum\\b|analyze\\b|explain\\b|copy\\b|call\\b|do\\s*\\$|execute\\b|` +
    `values\\s*\\(|table\\s|set\\s+(local\\s+|session\\s+)?\\w+\\s*(=|to)|begin\\b|declare\\b)`,
  'i',
);
const FRAGMENT =
  /^\s*[),;]*\s*(from|(inner|left|right|full|cross|natural)\s|join|where|and|or|on|set|values|into|using|union|except|intersect|returning|having|group\s+by|order\s+by|exists|not\s+exists|in\s*\(|as\s*\(|for\s+(select|insert|update|delete|all))/i;

export function contentOf(text: string, tokens: readonly Token[], { from }: Renaming): Content {
  if (isName(tokens, from)) return 'name';
  if (beginsAsStatement(text)) return 'statement';
  return FRAGMENT.test(text) ? 'fragment' : 'prose';
}

export function beginsAsStatement(text: string): boolean {
  return STATEMENT.test(text);
}

function isName(tokens: readonly Token[], from: string): boolean {
  if (tokens[0]?.name !== from || tokens[1]?.word !== '.') return false;
  let depth = 0;
  for (const [i, token] of tokens.entries()) {
    const before = tokens[i - 1];
    if (token.kind === 'string') return false;
    if (token.word === '(') depth += 1;
    if (token.word === ')') depth -= 1;
    // Two words in a row are a sentence; inside an argument list they may be a type such as `double precision`.
    if (token.name !== null && before?.name != null && depth === 0) return false;
    if (token.name === null && !['.', ',', '(', ')', '[', ']', '%', '*'].includes(token.word)) return false;
  }
  return true;
}

/** Whether a text is complete SQL for PostgreSQL's parser, placeholders of `format` taken for names. */
export function parses(text: string): boolean {
  try {
    parseSync(maskPlaceholders(text).replace(/%%/g, '% '));
    return true;
  } catch {
    return false;
  }
}
