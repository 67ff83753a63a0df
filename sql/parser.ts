import { hasSqlDetails, loadModule, parseSync, scanSync } from 'libpg-query';

/** A node of PostgreSQL's parse tree. */
export type Tree = Readonly<Record<string, unknown>>;

/** One statement of a text. Offsets are in bytes, `end` exclusive; comments before the statement are not in it. */
export interface Parsed {
  readonly start: number;
  readonly end: number;
  /** `CreateStmt`, `SelectStmt` …: PostgreSQL's name of the node. */
  readonly kind: string;
  readonly tree: Tree;
}

/** Needed once before the other functions of this file. */
export const loadParser = loadModule;

/**
 * What PostgreSQL's own parser makes of a text: its statements, or where it stopped, in characters from 0; -1 where
 * it does not say.
 */
export function parse(text: string): { statements: Parsed[] } | { stoppedAt: number } {
  if (text.trim() === '') return { statements: [] };
  try {
    const length = Buffer.byteLength(text);
    return {
      statements: (parseSync(text).stmts ?? []).map(({ stmt, stmt_location = 0, stmt_len }) => {
        const [kind, tree] = Object.entries(stmt ?? {})[0] ?? ['', {}];
        return {
          start: stmt_location,
          end: stmt_len ? stmt_location + stmt_len : length,
          kind,
          tree: tree as Tree,
        };
      }),
    };
  } catch (error) {
    const position = hasSqlDetails(error) ? error.sqlDetails?.cursorPosition : undefined;
    return { stoppedAt: position ?? -1 };
  }
}

/** Where tokens are in a text, in bytes, and where its statements end. */
export interface Scanned {
  /** Offsets of the semicolons between statements, not of those inside a body or a rule. */
  readonly semicolons: readonly number[];
  /** Where the tokens that are no comments begin. */
  readonly starts: readonly number[];
}

/** Reads tokens only, so a text with syntax errors will do. Null where even tokens cannot be told, as in an open quote. */
export function scan(text: string): Scanned | null {
  const semicolons: number[] = [];
  const starts: number[] = [];
  if (text.trim() === '') return { semicolons, starts };
  try {
    // Control characters in a token make the scanner's answer unreadable.
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is replaced.
    const { tokens } = scanSync(text.replace(/[\x00-\x08\x0b\x0e-\x1f]/g, ' '));
    let open = 0;
    let body = 0;
    let before = '';
    for (const token of tokens) {
      if (token.tokenName === 'SQL_COMMENT' || token.tokenName === 'C_COMMENT') continue;
      const word = token.text.toLowerCase();
      starts.push(token.start);
      if (word === '(') open += 1;
      else if (word === ')') open = Math.max(0, open - 1);
      else if (word === 'atomic' && before === 'begin') body = 1;
      else if (word === 'case' && body > 0) body += 1;
      else if (word === 'end' && body > 0) body -= 1;
      else if (word === ';' && open === 0 && body === 0) semicolons.push(token.start);
      before = word;
    }
  } catch {
    return null;
  }
  return { semicolons, starts };
}
