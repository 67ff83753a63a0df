import { ScanError, scan, type Token } from '../rewrite/tokens.ts';

/** A name with a schema before it: `auth.uid`. Unquoted, as in the catalog. */
export interface Mention {
  readonly schema: string;
  readonly name: string;
}

/**
 * Names that a body qualifies with one of the given schemas, in its strings as well, which may be run. A column of a
 * table or alias called like a schema may be among them: whether such an object exists has to be asked.
 */
export function mentionsIn(body: string, schemas: ReadonlySet<string>): Mention[] {
  const tokens = tokensOf(body);
  const found: Mention[] = [];
  tokens.forEach((token, index) => {
    if (token.kind === 'string') {
      const inner = token.text.slice(token.text.indexOf("'") + 1, -1).replaceAll("''", "'");
      if (inner.includes('.') && token.text.startsWith("'")) found.push(...mentionsIn(inner, schemas));
      return;
    }
    const name = tokens[index + 2]?.name;
    if (token.name === null || !schemas.has(token.name) || name == null) return;
    if (tokens[index + 1]?.word !== '.' || tokens[index - 1]?.word === '.') return;
    found.push({ schema: token.name, name });
  });
  return found;
}

/** The words of a body that are no strings and not quoted, in lower case. */
export function wordsOf(body: string): string[] {
  return tokensOf(body).map((token) => token.word);
}

function tokensOf(body: string): Token[] {
  try {
    return scan(body);
  } catch (error) {
    // A piece of a string need not be SQL; a whole body that cannot be scanned is the rewriter's to report.
    if (error instanceof ScanError) return [];
    throw error;
  }
}

/** Each mention once. */
export function unique(mentions: readonly Mention[]): Mention[] {
  return [...new Map(mentions.map((mention) => [`${mention.schema}.${mention.name}`, mention])).values()];
}
