import type { Structure } from '../../sql/structure.ts';
import { quoteIdentifier } from '../../sql/tokens.ts';
import { type Collector, inside, type Layer } from './layer.ts';
import type { Renaming } from './renaming.ts';

const FUNCTIONS = new Set(['now', 'transaction_timestamp', 'statement_timestamp', 'clock_timestamp']);

/** SQL's clock expressions, and the type each one has: the word before a precision, and what follows it. */
const EXPRESSIONS: ReadonlyMap<string, readonly [string, string]> = new Map([
  ['current_timestamp', ['timestamp', ' with time zone']],
  ['localtimestamp', ['timestamp', ' without time zone']],
  ['current_date', ['date', '']],
  ['current_time', ['time', ' with time zone']],
  ['localtime', ['time', ' without time zone']],
]);

const TIME_TYPES = new Set(['timestamptz', 'timestamp', 'date', 'time', 'timetz', 'abstime']);
const TIME_WORDS = new Set(['now', 'today', 'tomorrow', 'yesterday']);
const BYPASS = 'reads the real clock, not the virtual one';

/** Puts calls of the isolated schema's `now()` where a layer asks the clock, and reports what it cannot replace. */
export function rewriteClock(s: Structure, layer: Layer, renaming: Renaming, collector: Collector): void {
  const clock = `${quoteIdentifier(renaming.to)}.now`;
  for (let i = 0; i < s.tokens.length; i += 1) {
    const token = s.tokens[i];
    if (token?.kind === 'string') checkString(s, i, layer, collector);
    if (token?.name == null) continue;
    const report = (reason: string, last = i, first = i): void =>
      collector.find(
        'leftover',
        layer,
        s.tokens[first]?.start ?? 0,
        s.tokens[last]?.end ?? token.end,
        reason,
      );
    const expression = token.word === '' ? undefined : EXPRESSIONS.get(token.word);
    if (expression !== undefined) rewriteExpression(s, i, expression, clock, layer, collector);
    if (s.word(i + 1) !== '(') continue;
    const qualified = s.word(i - 1) === '.';
    const schema = qualified ? s.name(i - 2) : 'pg_catalog';
    if (FUNCTIONS.has(token.name) && s.word(i + 2) === ')') {
      if (schema === renaming.from || (schema === 'pg_catalog' && renaming.cloned.has(token.name))) {
        if (renaming.cloned.has(token.name)) {
          report(
            `the application has a ${token.name}() of its own, which the virtual clock would hide`,
            i + 2,
            qualified ? i - 2 : i,
          );
        }
      } else if (schema === 'pg_catalog' && !(qualified && s.word(i - 3) === '.')) {
        const start = qualified ? (s.tokens[i - 2]?.start ?? token.start) : token.start;
        collector.replace(layer, start, token.end, clock, 'virtual clock');
        if (token.name === 'clock_timestamp') {
          collector.find(
            'note',
            layer,
            start,
            s.tokens[i + 2]?.end ?? token.end,
            'stands still within a transaction in the clone',
          );
        }
      }
    } else if (schema === 'pg_catalog' && token.name === 'timeofday') {
      report(BYPASS, i + 2);
    } else if (schema === 'pg_catalog' && token.name === 'age' && s.elements(i + 1).length === 1) {
      // It counts from today, unless the argument is a transaction id, which nobody asks for in an application.
      report(`age() with one argument ${BYPASS}`, s.closeOf(i + 1));
    }
  }
}

function rewriteExpression(
  s: Structure,
  i: number,
  type: readonly [string, string],
  clock: string,
  layer: Layer,
  collector: Collector,
): void {
  const token = s.tokens[i];
  const before = s.word(i - 1);
  if (!token || before === '.' || isLabel(s, i)) return;
  const around = s.around(i);
  const extracts = around !== null && s.callee(around.open)?.parts.at(-1) === 'extract';
  if ((before === 'from' && !extracts && s.word(i - 2) !== 'distinct') || before === 'join') {
    collector.find('leftover', layer, token.start, token.end, `used as a table, it ${BYPASS}`);
    return;
  }
  const precision = s.word(i + 1) === '(' && s.word(i + 3) === ')' ? s.word(i + 2) : null;
  const end = precision === null ? token.end : (s.tokens[i + 3]?.end ?? token.end);
  // As the catalog would write it, so that a clone reads like its rewritten source.
  const [name, zone] = type;
  const plain = token.word === 'current_timestamp' && precision === null;
  const cast = `(${clock}())::${name}${precision === null ? '' : `(${precision})`}${zone}`;
  collector.replace(layer, token.start, end, plain ? `${clock}()` : cast, 'virtual clock');
}

/** `AS current_date` names a column, unless the AS is that of a cast. */
function isLabel(s: Structure, i: number): boolean {
  return s.word(i - 1) === 'as' || s.word(i + 1) === '.';
}

function checkString(s: Structure, i: number, layer: Layer, collector: Collector): void {
  const token = s.tokens[i];
  if (!token || token.text.length > 20) return;
  const content = inside(layer, token, '')?.text.trim().toLowerCase() ?? '';
  if (!TIME_WORDS.has(content)) return;
  if (isTime(s, i)) {
    collector.find('leftover', layer, token.start, token.end, `as a time it ${BYPASS}`);
  } else if (content === 'now' && s.word(i + 1) !== '::') {
    collector.find('note', layer, token.start, token.end, `if this becomes a time, it ${BYPASS}`);
  }
}

/** Whether a string constant becomes a time: `'now'::date`, `date 'now'`, `cast('now' as date)`. */
function isTime(s: Structure, i: number): boolean {
  if (TIME_TYPES.has(s.word(i - 1)) || (s.word(i - 1) === 'zone' && s.word(i - 2) === 'time')) return true;
  for (let at = i + 1; at < s.tokens.length; at += 1) {
    const word = s.word(at);
    if (word === ')') {
      // Only brackets around the constant itself, which belong to no call.
      const open = s.openOf(at);
      if (open === undefined || s.callee(open) !== null) return false;
    } else if (word === '::' || (word === 'as' && s.word((s.around(at)?.open ?? 0) - 1) === 'cast')) {
      if (s.name(at + 1) === 'pg_catalog') at += 2;
      if (TIME_TYPES.has(s.word(at + 1))) return true;
      at += 1;
    } else {
      return false;
    }
  }
  return false;
}
