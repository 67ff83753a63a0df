import { loadModule, type ScanToken, scanSync } from 'libpg-query';
import { decodeUnicode } from './strings.ts';

/** A token of PostgreSQL's scanner. Comments are left out; offsets are UTF-16 units into the scanned text. */
export interface Token {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly kind: 'name' | 'string' | 'other';
  /** What an identifier or key word would be called in the catalog: folded or unquoted. null for all other tokens. */
  readonly name: string | null;
  /** Lower-case text of an unquoted identifier or key word, the text itself of a symbol; '' of quoted things. */
  readonly word: string;
  /** A key word that cannot be the name of a table or function. */
  readonly reserved: boolean;
}

/** PostgreSQL's scanner refuses the text. */
export class ScanError extends Error {}

const COMMENTS = [275, 276];
const IDENT = 258;
const UIDENT = 259;
const SCONST = 261;
const USCONST = 262;

/** The module’s answer is broken by these; PostgreSQL allows them in quotes only, where a space does as well. */
const CONTROL = /(?![\t\n\r\u0080-\u009f])\p{Cc}/gu;

let loaded = false;

/** Makes the scanner ready. Cheap when called again. */
export async function loadScanner(): Promise<void> {
  await loadModule();
  loaded = true;
}

/**
 * Tokens of a piece of SQL or PL/pgSQL.
 *
 * @throws ScanError when the text is not made of complete tokens (an open quote, for instance)
 * @throws Error when `loadScanner` was not awaited before
 */
export function scan(text: string): Token[] {
  if (!loaded) throw new Error('the scanner is not loaded: await loadScanner() first');
  if (text.trim() === '') return [];
  let raw: readonly ScanToken[];
  try {
    raw = scanSync(text.replace(CONTROL, ' ')).tokens;
  } catch {
    // The scanner's own message is lost inside the module.
    throw new ScanError('PostgreSQL cannot read it as a sequence of tokens');
  }
  const unit = unitOffsets(text);
  const tokens: Token[] = [];
  for (const { start, end, tokenType, keywordName } of raw) {
    if (COMMENTS.includes(tokenType)) continue;
    const token = make(text, unit(start), unit(end), tokenType, keywordName === 'RESERVED_KEYWORD');
    const parts = token.kind === 'string' ? partsBefore(tokens) : 0;
    const first = parts > 0 ? tokens.splice(-parts)[0] : undefined;
    tokens.push(
      first ? make(text, first.start, token.end, first.name === null ? SCONST : UIDENT, false) : token,
    );
  }
  return tokens;
}

/**
 * How many tokens before a string belong to it: the scanner gives `'a' -- comment`, newline, `'b'` as two strings,
 * and `UESCAPE '!'` apart from what it explains.
 */
function partsBefore(tokens: readonly Token[]): number {
  const last = tokens.at(-1);
  if (last?.kind === 'string') return 1;
  return last?.word === 'uescape' && /^u&/i.test(tokens.at(-2)?.text ?? '') ? 2 : 0;
}

function make(text: string, start: number, end: number, type: number, reserved: boolean): Token {
  const slice = text.slice(start, end);
  if (type === SCONST || type === USCONST) {
    return { start, end, text: slice, kind: 'string', name: null, word: '', reserved: false };
  }
  const quoted = slice.startsWith('"') || type === UIDENT;
  if (type !== IDENT && !quoted && !/^[a-z_]/i.test(slice)) {
    return { start, end, text: slice, kind: 'other', name: null, word: slice, reserved: false };
  }
  const name = quoted ? unquote(slice) : fold(slice);
  return { start, end, text: slice, kind: 'name', name, word: quoted ? '' : name, reserved };
}

/** Only ASCII letters are folded, as PostgreSQL does in UTF-8. */
function fold(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

function unquote(identifier: string): string {
  const end = identifier.lastIndexOf('"');
  const content = identifier.slice(identifier.indexOf('"') + 1, end).replaceAll('""', '"');
  if (!/^u&/i.test(identifier)) return content;
  const marker = /uescape\s*'(.)'$/i.exec(identifier)?.[1] ?? '\\';
  return decodeUnicode(content, marker) ?? content;
}

/** From the scanner's offsets, bytes in UTF-8, to UTF-16 units. To be asked in ascending order. */
function unitOffsets(text: string): (byte: number) => number {
  if (Buffer.byteLength(text) === text.length) return (byte) => byte;
  let bytes = 0;
  let units = 0;
  return (byte) => {
    while (bytes < byte) {
      const code = text.codePointAt(units) ?? 0;
      bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      units += code < 0x10000 ? 1 : 2;
    }
    return units;
  };
}

const quoting = new Map<string, string>();

/** The name as it must be written in SQL: quoted where it has to be. */
export function quoteIdentifier(name: string): string {
  let written = quoting.get(name);
  if (written === undefined) {
    // A key word that may stand for a schema in one place may not in another, so all of them are quoted.
    const plain = /^[a-z_][a-z0-9_$]*$/.test(name) && scanSync(name).tokens[0]?.tokenType === IDENT;
    written = plain ? name : `"${name.replaceAll('"', '""')}"`;
    quoting.set(name, written);
  }
  return written;
}

/** As `scan`, but null when the text cannot be scanned. */
export function tryScan(text: string): Token[] | null {
  try {
    return scan(text);
  } catch (error) {
    if (error instanceof ScanError) return null;
    throw error;
  }
}
