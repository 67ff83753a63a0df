import type { Structure } from '../../sql/structure.ts';
import { quoteIdentifier } from '../../sql/tokens.ts';
import { BEFORE_EXPRESSIONS } from './aliases.ts';
import type { Collector, Layer } from './layer.ts';
import type { Renaming } from './renaming.ts';

/** Words, reserved or not, behind which `name (` is no call. */
const NO_CALL = new Set([
  'function',
  'procedure',
  'routine',
  'aggregate',
  'as',
  'into',
  'references',
  'table',
  'only',
]);

/** Qualifies calls that would fit a function of both schemas: see `Renaming.ambiguous`. */
export function qualifyCalls(s: Structure, layer: Layer, renaming: Renaming, collector: Collector): void {
  const { ambiguous, to } = renaming;
  if (ambiguous === undefined || ambiguous.size === 0) return;
  for (const [i, token] of s.tokens.entries()) {
    if (token.name === null || !ambiguous.has(token.name) || !isCall(s, i)) continue;
    collector.replace(
      layer,
      token.start,
      token.end,
      `${quoteIdentifier(to)}.${token.text}`,
      'call that fits two schemas',
    );
  }
}

function isCall(s: Structure, i: number): boolean {
  if (s.word(i + 1) !== '(' || s.word(i - 1) === '.') return false;
  const before = s.tokens[i - 1];
  if (before === undefined || i === s.statement(i).start) return true;
  if (NO_CALL.has(before.word)) return false;
  // `with f (a, b) as (…)` names columns.
  const close = s.closeOf(i + 1);
  if (
    ['with', 'recursive', ','].includes(before.word) &&
    s.word(close + 1) === 'as' &&
    s.word(close + 2) === '('
  )
    return before.word === ',' && s.word(s.statement(i).start) !== 'with';
  if (before.word === 'on')
    return !['create', 'drop', 'alter', 'grant', 'comment'].includes(s.word(s.statement(i).start));
  return (
    before.name === null || before.reserved || CALLING.has(before.word) || BEFORE_EXPRESSIONS.has(before.word)
  );
}

const CALLING = new Set([
  'call',
  'query',
  'from',
  'join',
  'lateral',
  'exists',
  'else',
  'begin',
  'escape',
  'value',
  'for',
]);
