import { placeholderOf } from './format.ts';
import { readLiteral } from './strings.ts';
import type { Structure } from './structure.ts';
import { type Token, tryScan } from './tokens.ts';

/** The quotes that a piece of SQL is inside of: `''` for none. */
export type Quote = '' | '"' | "'" | '*/';

/** How each is opened and closed; a quoted identifier may not be empty. */
const QUOTES: ReadonlyMap<Quote, { opener: string; closer: string }> = new Map([
  ['', { opener: '', closer: '' }],
  ['"', { opener: '"_', closer: '_"' }],
  ["'", { opener: "'", closer: "'" }],
  ['*/', { opener: '/*', closer: '*/' }],
]);

export interface Piece {
  /** Offsets are into the piece. The last token may end behind it: then the next piece completes that one. */
  readonly tokens: readonly Token[];
  /** What is open at the end. */
  readonly open: Quote;
}

/**
 * The placeholders of `format` as identifiers of the same length: `%1$I` is no token. Offsets stay what they were.
 */
export function maskPlaceholders(text: string): string {
  return text.replace(/%%|%(?:\d+\$)?-?(?:\d+|\*(?:\d+\$)?)?[sIL]/g, (all) =>
    all === '%%' ? all : '_'.repeat(all.length),
  );
}

/**
 * Scans a piece of SQL, as it stands in a string constant that is put together with others: it may begin and end
 * inside quotes.
 *
 * @param opened what the pieces before have left open
 * @returns null when it cannot be read as SQL
 */
export function scanPiece(text: string, opened: Quote = ''): Piece | null {
  const opener = QUOTES.get(opened)?.opener ?? '';
  const masked = opener + maskPlaceholders(text);
  for (const [open, { closer }] of QUOTES) {
    const tokens = tryScan(masked + closer);
    if (tokens === null) continue;
    if (opener === '') return { tokens, open };
    // A quote that was opened before belongs to another piece, and so does what it quotes.
    const own = tokens.map((each) => ({
      ...each,
      start: each.start - opener.length,
      end: each.end - opener.length,
    }));
    return { tokens: own.filter(({ start }) => start >= 0), open };
  }
  return null;
}

const opened = new WeakMap<Structure, Map<number, Quote>>();

/** What the operands of `||` before an operand have left open. `i` is the operand's first token. */
export function openedBefore(s: Structure, i: number): Quote {
  let all = opened.get(s);
  if (all === undefined) {
    all = followQuotes(s);
    opened.set(s, all);
  }
  return all.get(i) ?? '';
}

/** For each operand behind `||` what is open there. In one go, since chains of operands may be long. */
function followQuotes(s: Structure): Map<number, Quote> {
  const result = new Map<number, Quote>();
  const states = new Map<number, Quote>();
  for (const [i, token] of s.tokens.entries()) {
    const level = s.around(i)?.open ?? -1;
    if (i === s.statement(i).start || ENDING.has(token.word)) states.delete(level);
    const state = states.get(level) ?? '';
    if (s.word(i - 1) === '||' && state !== '') result.set(i, state);
    if (token.kind !== 'string' || (s.word(i - 1) !== '||' && s.word(i + 1) !== '||')) continue;
    const text = readLiteral(token.text)?.content ?? '';
    const after = keeps(text, state) ? state : (scanPiece(text, state)?.open ?? '');
    if (after === '') states.delete(level);
    else states.set(level, after);
  }
  return result;
}

/** Tokens that end an expression of operands. */
const ENDING = new Set([',', ':=', '=>', '=', 'when', 'then', 'else', 'execute', 'return']);

/** Whether a piece can be seen to leave open what was open, without scanning it. */
function keeps(text: string, state: Quote): boolean {
  return state === '' ? !/["'$/-]/.test(text) : !text.includes(state);
}

/**
 * Whether an operand of an expression that is run as SQL becomes a value in it, not SQL: inside quotes that another
 * operand opens, in `quote_literal`, or for `%L` of `format`.
 */
export function becomesValue(s: Structure, i: number): boolean {
  const around = s.around(i);
  const callee = around && s.callee(around.open)?.parts.at(-1);
  if (callee === 'quote_literal' || callee === 'quote_nullable') return true;
  if (around && callee === 'format') {
    const index = s.elements(around.open).findIndex((each) => i >= each.start && i < each.end);
    if (index > 0 && placeholderOf(s, around.open, index)?.kind === 'L') return true;
  }
  return s.word(i - 1) === '||' && s.tokens[i]?.kind !== 'string' && openedBefore(s, i) === "'";
}
