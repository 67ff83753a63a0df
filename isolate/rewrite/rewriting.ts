import { openedBefore, scanPiece } from '../../sql/pieces.ts';
import { type Language, Structure } from '../../sql/structure.ts';
import { type Token, tryScan } from '../../sql/tokens.ts';
import { qualifyCalls } from './calls.ts';
import { rewriteClock } from './clock.ts';
import { contentOf, parses } from './content.ts';
import { isPiece, positionOf } from './contexts.ts';
import { type Executed, findExecuted } from './executed.ts';
import { type Collector, inside, type Layer } from './layer.ts';
import { rewriteReferences } from './references.ts';
import { mayConcern } from './relevance.ts';
import type { Renaming } from './renaming.ts';
import { rewriteSchemaName } from './schema-name.ts';
import { rewriteSearchPathString, rewriteSetClauses } from './search-path.ts';

/** A string constant that is to be looked into. */
interface Held {
  readonly content: Layer;
  readonly s: Structure;
  readonly i: number;
  leftover(reason: string): void;
}

/** Rewrites a text layer by layer: the text itself, then the SQL and names in its string constants, and so on. */
export class Rewriting {
  readonly #renaming: Renaming;
  readonly #collector: Collector;
  readonly #mayConcern: (text: string) => boolean;

  constructor(renaming: Renaming, collector: Collector) {
    this.#renaming = renaming;
    this.#collector = collector;
    this.#mayConcern = mayConcern(renaming);
  }

  rewrite(layer: Layer, tokens: readonly Token[], language: Language): void {
    const s = new Structure(tokens, language);
    const executed = findExecuted(s);
    if (executed.any) this.#collector.dynamic = true;
    rewriteReferences(s, layer, this.#renaming, this.#collector);
    qualifyCalls(s, layer, this.#renaming, this.#collector);
    const listed = rewriteSetClauses(s, layer, this.#renaming, this.#collector);
    if (this.#renaming.virtualClock) rewriteClock(s, layer, this.#renaming, this.#collector);
    for (const [i, token] of tokens.entries()) {
      if (token.kind === 'string' && !listed.has(i)) this.#rewriteString(s, i, token, layer, executed);
    }
  }

  #rewriteString(s: Structure, i: number, token: Token, layer: Layer, executed: Executed): void {
    if (!this.#mayConcern(token.text)) return;
    const content = inside(layer, token, 'dynamic SQL');
    const leftover = (reason: string): void =>
      this.#collector.find('leftover', layer, token.start, token.end, reason);
    if (content === null) {
      leftover('a string constant whose escapes cannot be followed');
      return;
    }
    if (!this.#mayConcern(content.text)) return;
    const held: Held = { content, s, i, leftover };
    const position = positionOf(s, i, executed);
    if (position.kind === 'search path') {
      rewriteSearchPathString(s, i, layer, this.#renaming, this.#collector);
    } else if (rewriteSchemaName(s, i, layer, content, this.#renaming, this.#collector, executed)) {
      return;
    } else if (position.kind === 'body') {
      this.#rewriteBody(held, position.language);
    } else if (position.kind === 'object name') {
      this.#rewriteContent({ ...held, content: { ...content, reason: 'name in a string' } });
    } else if (position.kind === 'executed') {
      this.#rewriteContent(held);
    } else if (position.kind === 'pattern') {
      this.#rewritePattern(held);
    } else if (position.kind === 'value') {
      this.#rewriteValue(held, isPiece(s, i) || token.end > layer.text.length);
    }
  }

  #rewriteContent({ content, s, i, leftover }: Held): void {
    const piece = scanPiece(content.text, openedBefore(s, i));
    if (piece === null) leftover('SQL in a string that PostgreSQL cannot read as a sequence of tokens');
    else this.rewrite(content, piece.tokens, 'sql');
  }

  #rewriteBody({ content, leftover }: Held, language: Language | null): void {
    if (language === null) {
      const mentioned = content.text.toLowerCase().includes(this.#renaming.from.toLowerCase());
      if (mentioned) leftover('a body in a language that cannot be rewritten');
      return;
    }
    const tokens = tryScan(content.text);
    if (tokens === null) leftover('a body that PostgreSQL cannot read as a sequence of tokens');
    else this.rewrite({ ...content, reason: 'qualified name' }, tokens, language);
  }

  #rewritePattern(held: Held): void {
    const { from } = this.#renaming;
    const { text } = held.content;
    if (text.startsWith(`${from}.`)) {
      this.#rewriteContent({ ...held, content: { ...held.content, reason: 'name in a string' } });
    } else if (new RegExp(`(^|\\W)${from.replace(/\W/g, '\\$&')}\\\\?\\.`).test(text)) {
      held.leftover('a pattern for qualified names');
    }
  }

  /** Decides by the content: see the docstring of `rewriteSql`. */
  #rewriteValue({ content, s, i, leftover }: Held, together: boolean): void {
    const piece = scanPiece(content.text, together ? openedBefore(s, i) : '');
    if (piece === null) return;
    const { tokens } = piece;
    const kind = contentOf(content.text, tokens, this.#renaming);
    if (kind === 'name') {
      const name = tokens[2]?.name ?? null;
      // `public.` and `public.%I` are names only once they are put together.
      const incomplete = name === null || /^_+$/.test(name);
      if (incomplete ? together : this.#renaming.cloned.has(name)) {
        this.rewrite({ ...content, reason: 'name in a string' }, tokens, 'sql');
      }
    } else if (kind === 'statement') {
      if (together || parses(content.text)) this.rewrite(content, tokens, 'sql');
    } else if (kind === 'fragment' && together && this.#mentions(tokens)) {
      leftover('it may be a piece of SQL');
    }
  }

  /** Whether a cloned object is named, or a name begins that the next piece completes. */
  #mentions(tokens: readonly Token[]): boolean {
    const { from, cloned } = this.#renaming;
    return tokens.some(({ name }, i) => {
      if (name !== from || tokens[i + 1]?.word !== '.') return false;
      return i + 2 >= tokens.length || cloned.has(tokens[i + 2]?.name ?? '');
    });
  }
}
