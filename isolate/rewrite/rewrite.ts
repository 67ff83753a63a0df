import { rewriteClock } from './clock.ts';
import { contentOf, parses, scanPiece } from './content.ts';
import { isPiece, positionOf } from './contexts.ts';
import { findExecuted } from './executed.ts';
import { applyEdits, Collector, inside, type Layer, outermost } from './layer.ts';
import { rewriteReferences } from './references.ts';
import type { Renaming, Rewritten } from './renaming.ts';
import { rewriteSchemaName } from './schema-name.ts';
import { rewriteSearchPathString, rewriteSetClauses } from './search-path.ts';
import { type Language, Structure } from './structure.ts';
import { ScanError, scan, type Token, tryScan } from './tokens.ts';

export { rewriteSearchPath } from './search-path.ts';
export { loadScanner } from './tokens.ts';

/**
 * Rewrites references to the deployed schema in a piece of SQL or a PL/pgSQL body into references to the isolated one.
 *
 * Identifiers are found by PostgreSQL's own scanner, so comments never change. What a string constant means is decided
 * by its position first:
 *
 * - `RAISE`, `COMMENT … IS`: text for people, stays
 * - the body of a function or `DO`, and whatever `EXECUTE`, `query_to_xml`, `dblink`, `cron.schedule` run, directly or
 *   through a variable: SQL, rewritten like the text itself
 * - casts to and arguments of type `regclass`, `regprocedure`, `regtype` …, sequence and privilege functions: names
 * - the schema's name alone where a schema's name is expected: compared with `nspname`, `table_schema` and the like,
 *   `%I` of `format`, `quote_ident`, variables and parameters called like a schema
 *
 * and by its content everywhere else: nothing but the qualified name of a cloned object is a name; what begins as an
 * SQL statement and is complete, or is put together with other pieces, is SQL; all else is unrelated text and stays.
 *
 * Findings of kind `leftover` are places that may mean the deployed schema and could not be decided.
 *
 * @param text a definition, an expression, or a function's body, as the catalog gives it
 * @param language of the text itself; `sql` for whole `CREATE FUNCTION` statements
 * @throws Error when `loadScanner` was not awaited before
 */
export function rewriteSql(text: string, renaming: Renaming, language: Language): Rewritten {
  const collector = new Collector(text);
  if (relevance(renaming, true).test(text)) {
    const layer = outermost(text);
    try {
      new Rewriting(renaming, collector).rewrite(layer, scan(text), language);
    } catch (error) {
      if (!(error instanceof ScanError)) throw error;
      collector.find('leftover', layer, 0, text.length, error.message);
    }
  }
  const edits = collector.edits.sort((a, b) => a.start - b.start || a.end - b.end);
  const findings = collector.findings.sort((a, b) => a.line - b.line);
  return { text: applyEdits(text, edits), edits, findings, dynamic: collector.dynamic };
}

/** Applies the edits backwards: gives the text that was rewritten. */
export function undoEdits({ text, edits }: Pick<Rewritten, 'text' | 'edits'>): string {
  let shift = 0;
  const backwards = edits.map(({ start, before, after, ...edit }) => {
    const at = start + shift;
    shift += after.length - before.length;
    return { ...edit, start: at, end: at + after.length, before: after, after: before };
  });
  return applyEdits(text, backwards);
}

/** Whether there can be anything to rewrite in a text: spares scanning what has not even the letters. */
function relevance({ from, wrappers, virtualClock }: Renaming, dynamic: boolean): RegExp {
  const words = [from, 'u&', ...[...wrappers.keys()].map((name) => name.split('.')[0] ?? name)];
  if (virtualClock) words.push('now', 'today', 'tomorrow', 'yesterday', 'current_', 'localtime', 'timestamp');
  if (virtualClock) words.push('timeofday', 'age');
  if (dynamic) words.push('execute', '_to_xml', 'dblink', 'cron', 'crosstab', 'connectby', 'ts_');
  return new RegExp(words.map((word) => word.replace(/[^\w&]/g, '\\$&')).join('|'), 'i');
}

class Rewriting {
  readonly #renaming: Renaming;
  readonly #collector: Collector;
  readonly #relevant: RegExp;

  constructor(renaming: Renaming, collector: Collector) {
    this.#renaming = renaming;
    this.#collector = collector;
    this.#relevant = relevance(renaming, false);
  }

  rewrite(layer: Layer, tokens: readonly Token[], language: Language): void {
    const s = new Structure(tokens, language);
    const executed = findExecuted(s);
    if (executed.any) this.#collector.dynamic = true;
    rewriteReferences(s, layer, this.#renaming, this.#collector);
    const listed = rewriteSetClauses(s, layer, this.#renaming, this.#collector);
    if (this.#renaming.virtualClock) rewriteClock(s, layer, this.#renaming, this.#collector);
    for (const [i, token] of tokens.entries()) {
      if (token.kind === 'string' && !listed.has(i)) this.#rewriteString(s, i, token, layer, executed);
    }
  }

  #rewriteString(
    s: Structure,
    i: number,
    token: Token,
    layer: Layer,
    executed: ReturnType<typeof findExecuted>,
  ): void {
    const escaped = /^(e|u&)'.*\\/is.test(token.text);
    if (!escaped && !this.#relevant.test(token.text)) return;
    const content = inside(layer, token, 'dynamic SQL');
    const leftover = (reason: string): void =>
      this.#collector.find('leftover', layer, token.start, token.end, reason);
    if (content === null) {
      leftover('a string constant whose escapes cannot be followed');
      return;
    }
    if (!this.#relevant.test(content.text)) return;
    if (rewriteSchemaName(s, i, layer, content, this.#renaming, this.#collector, executed)) return;
    const position = positionOf(s, i, executed);
    switch (position.kind) {
      case 'prose':
        return;
      case 'search path':
        rewriteSearchPathString(s, i, layer, this.#renaming, this.#collector);
        return;
      case 'body':
        if (position.language !== null) this.#rewriteBody(content, position.language, leftover);
        else if (content.text.toLowerCase().includes(this.#renaming.from)) {
          leftover('a body in a language that is not understood');
        }
        return;
      case 'object name':
        this.#rewriteContent({ ...content, reason: 'name in a string' }, 'sql', leftover);
        return;
      case 'executed':
        this.#rewriteContent(content, 'sql', leftover);
        return;
      case 'pattern':
        this.#rewritePattern(content, leftover);
        return;
      case 'value':
        this.#rewriteValue(content, isPiece(s, i), leftover);
    }
  }

  #rewriteContent(content: Layer, language: Language, leftover: (reason: string) => void): void {
    const tokens = scanPiece(content.text);
    if (tokens === null) leftover('SQL in a string that PostgreSQL cannot read as a sequence of tokens');
    else this.rewrite(content, tokens, language);
  }

  #rewriteBody(content: Layer, language: Language, leftover: (reason: string) => void): void {
    const tokens = tryScan(content.text);
    if (tokens === null) leftover('a body that PostgreSQL cannot read as a sequence of tokens');
    else this.rewrite({ ...content, reason: 'qualified name' }, tokens, language);
  }

  #rewritePattern(content: Layer, leftover: (reason: string) => void): void {
    const { from } = this.#renaming;
    if (content.text.startsWith(`${from}.`)) {
      this.#rewriteContent({ ...content, reason: 'name in a string' }, 'sql', leftover);
    } else if (new RegExp(`(^|\\W)${from.replace(/\W/g, '\\$&')}\\\\?\\.`).test(content.text)) {
      leftover('a pattern for qualified names');
    }
  }

  #rewriteValue(content: Layer, piece: boolean, leftover: (reason: string) => void): void {
    const tokens = scanPiece(content.text);
    if (tokens === null) return;
    const kind = contentOf(content.text, tokens, this.#renaming);
    if (kind === 'name') {
      const name = tokens[2]?.name ?? null;
      const placeholder = name === null || /^_+$/.test(name);
      if (placeholder ? piece : this.#renaming.cloned.has(name)) {
        this.rewrite({ ...content, reason: 'name in a string' }, tokens, 'sql');
      }
    } else if (kind === 'statement') {
      if (piece || parses(content.text)) this.rewrite(content, tokens, 'sql');
    } else if (kind === 'fragment' && piece && this.#mentions(tokens)) {
      leftover('it may be a piece of SQL');
    }
  }

  #mentions(tokens: readonly Token[]): boolean {
    const { from, cloned } = this.#renaming;
    return tokens.some(
      ({ name }, i) =>
        name === from &&
        tokens[i + 1]?.word === '.' &&
        (i + 2 >= tokens.length || cloned.has(tokens[i + 2]?.name ?? '')),
    );
  }
}
