import type { Token } from './tokens.ts';

export type Language = 'sql' | 'plpgsql';

/** A run of tokens between boundaries such as `;`, `then`, `begin`. Token indexes, end exclusive. */
export interface Statement {
  readonly start: number;
  readonly end: number;
}

/** A call or any other pair of brackets around a token. */
export interface Group {
  /** Token indexes of the brackets; `close` is the number of tokens when it is missing. */
  readonly open: number;
  readonly close: number;
}

const BOUNDARY_WORDS = new Set(['then', 'else', 'elsif', 'elseif', 'loop', 'begin', 'declare', 'exception']);

/** Brackets and statements of a token sequence. Fragments of SQL need not be balanced. */
export class Structure {
  readonly tokens: readonly Token[];
  readonly language: Language;
  readonly #close = new Map<number, number>();
  readonly #open = new Map<number, number>();
  /** For each token the bracket it is in, or -1. */
  readonly #around: number[] = [];
  readonly #statements: Statement[] = [];
  readonly #statementOf: number[] = [];

  constructor(tokens: readonly Token[], language: Language) {
    this.tokens = tokens;
    this.language = language;
    const stack: number[] = [];
    for (const [i, { word }] of tokens.entries()) {
      if (word === ')' || word === ']') {
        const open = stack.pop();
        if (open !== undefined) {
          this.#close.set(open, i);
          this.#open.set(i, open);
        }
      }
      this.#around.push(stack.at(-1) ?? -1);
      if (word === '(' || word === '[') stack.push(i);
    }
    this.#cut();
  }

  /** Lower-case text of the token, '' of quoted ones and beyond the ends. */
  word(i: number): string {
    return this.tokens[i]?.word ?? '';
  }

  name(i: number): string | null {
    return this.tokens[i]?.name ?? null;
  }

  closeOf(open: number): number {
    return this.#close.get(open) ?? this.tokens.length;
  }

  /** The opening bracket of a closing one; undefined when it has none. */
  openOf(close: number): number | undefined {
    return this.#open.get(close);
  }

  /** The brackets around a token; null at the top level. */
  around(i: number): Group | null {
    const open = this.#around[i] ?? -1;
    return open < 0 ? null : { open, close: this.closeOf(open) };
  }

  statement(i: number): Statement {
    return this.#statements[this.#statementOf[i] ?? -1] ?? { start: 0, end: this.tokens.length };
  }

  get statements(): readonly Statement[] {
    return this.#statements;
  }

  /**
   * The called function's name, in parts, when the bracket belongs to a call. `in (`, `values (` and other key words
   * are no calls.
   */
  callee(open: number): { parts: string[]; first: number } | null {
    const last = this.tokens[open - 1];
    if (this.word(open) !== '(' || last?.name == null) return null;
    if (last.reserved && this.word(open - 2) !== '.') return null;
    if (['in', 'any', 'values', 'as', 'over', 'returns', 'filter', 'exists', 'row'].includes(last.word))
      return null;
    const parts = [last.name];
    let first = open - 1;
    while (this.word(first - 1) === '.' && this.name(first - 2) !== null) {
      first -= 2;
      parts.unshift(this.name(first) ?? '');
    }
    return { parts, first };
  }

  /** Ranges of the arguments of a call, or of the elements of a row. */
  elements(open: number): Statement[] {
    const close = this.closeOf(open);
    const elements: Statement[] = [];
    let start = open + 1;
    for (let i = open + 1; i < close; i += 1) {
      if (this.word(i) === ',' && this.#around[i] === open) {
        elements.push({ start, end: i });
        start = i + 1;
      }
    }
    if (start < close) elements.push({ start, end: close });
    return elements;
  }

  #cut(): void {
    let start = 0;
    let cases = 0;
    const cut = (end: number): void => {
      if (end <= start) return;
      for (let i = start; i < end; i += 1) this.#statementOf[i] = this.#statements.length;
      this.#statements.push({ start, end });
      start = end;
    };
    for (let i = 0; i < this.tokens.length; i += 1) {
      const word = this.word(i);
      if (word === ';') {
        cut(i + 1);
        cases = 0;
      } else if (word === 'case' && (i > start || this.language === 'sql') && this.word(i - 1) !== 'end') {
        // An expression: its THEN and ELSE begin no statement. One at the start is PL/pgSQL's CASE statement.
        cases += 1;
      } else if (word === 'end' && cases > 0) {
        cases -= 1;
      } else if (this.#isBoundary(i, word, start, cases)) {
        if (word.startsWith('els') && word !== 'else') cut(i);
        cut(i + 1);
      }
    }
    cut(this.tokens.length);
  }

  #isBoundary(i: number, word: string, start: number, cases: number): boolean {
    if (this.language !== 'plpgsql' || cases > 0 || (this.#around[i] ?? -1) >= 0) return false;
    if (word === '>>') return this.word(start) === '<<' && i === start + 2;
    if (!BOUNDARY_WORDS.has(word) || this.word(i - 1) === '.') return false;
    return !(word === 'exception' && this.word(i - 1) === 'raise');
  }
}
