import { readLiteral } from '../../sql/strings.ts';
import { ScanError, scan, type Token } from '../../sql/tokens.ts';

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
  return mentionsWhere(body, schemas, () => true);
}

/** As `mentionsIn`, but only what statements write to. */
export function writesIn(body: string, schemas: ReadonlySet<string>): Mention[] {
  return mentionsWhere(body, schemas, (tokens, index) => {
    const word = (back: number) => tokens[index - back]?.word ?? '';
    const back = word(1) === 'only' ? 2 : 1;
    if (['into', 'update', 'truncate'].includes(word(back)))
      return (
        word(back + 1) !== 'for' && (word(back) !== 'into' || ['insert', 'merge'].includes(word(back + 1)))
      );
    return ['from', 'table'].includes(word(back)) && ['delete', 'truncate'].includes(word(back + 1));
  });
}

function mentionsWhere(
  body: string,
  schemas: ReadonlySet<string>,
  where: (tokens: readonly Token[], index: number) => boolean,
): Mention[] {
  const tokens = tokensOf(body);
  const found: Mention[] = [];
  tokens.forEach((token, index) => {
    if (token.kind === 'string') {
      const inner = readLiteral(token.text)?.content ?? '';
      if (inner.includes('.') && inner.length < body.length)
        found.push(...mentionsWhere(inner, schemas, where));
      return;
    }
    const name = tokens[index + 2]?.name;
    if (token.name === null || !schemas.has(token.name) || name == null) return;
    if (tokens[index + 1]?.word !== '.' || tokens[index - 1]?.word === '.') return;
    if (where(tokens, index)) found.push({ schema: token.name, name });
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
