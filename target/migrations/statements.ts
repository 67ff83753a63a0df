import { type Parsed, parse, scan, type Tree } from '../../sql/parser.ts';
import { bytesOfCharacters, type Source } from './source.ts';

/** One statement of a migration file. */
export interface Statement {
  /** As written, without the semicolon and without comments before it. */
  readonly text: string;
  /** Bytes from the start of the file. */
  readonly offset: number;
  /** Where the statement begins, from 1. */
  readonly line: number;
  /** PostgreSQL's name of the node, like `CreateStmt`; empty where its parser does not understand the text. */
  readonly kind: string;
  readonly tree: Tree;
  /** Rows for `COPY … FROM stdin` follow in the file, as psql reads them. */
  readonly inlineRows: boolean;
}

/** A line that speaks to psql. */
export interface PsqlLine {
  readonly line: number;
  readonly text: string;
}

export interface SplitFile {
  readonly statements: readonly Statement[];
  readonly psqlLines: readonly PsqlLine[];
}

/**
 * Splits a file into statements by PostgreSQL's own parser. What the parser does not understand becomes a statement
 * of its own, without a tree, up to the next semicolon. Lines for psql (`\restrict …`) and rows for COPY are taken
 * out. The parser has to be loaded.
 */
export function splitStatements(source: Source): SplitFile {
  const statements: Statement[] = [];
  const psqlLines: PsqlLine[] = [];
  const { bytes } = source;
  const slice = (from: number, to: number) => bytes.subarray(from, to).toString();

  const add = (from: number, { start, end, kind, tree }: Parsed) => {
    const text = slice(from + start, from + end).trimEnd();
    if (text === '') return;
    const offset = from + start;
    statements.push({ text, offset, line: source.lineAt(offset), kind, tree, inlineRows: false });
  };

  /** Adds one statement that the parser may not understand. */
  const addUnparsed = (from: number, to: number) => {
    const parsed = parse(slice(from, to));
    if ('statements' in parsed) {
      for (const statement of parsed.statements) add(from, statement);
      return;
    }
    const first = scan(slice(from, to))?.starts[0] ?? leadingSpace(slice(from, to));
    add(from, { start: first, end: to - from, kind: '', tree: {} });
  };

  let from = 0;
  while (from < bytes.length) {
    const rest = slice(from, bytes.length);
    const parsed = parse(rest);
    if ('statements' in parsed) {
      for (const statement of parsed.statements) add(from, statement);
      break;
    }
    const stopped = from + (parsed.stoppedAt < 0 ? 0 : bytesOfCharacters(rest, parsed.stoppedAt));
    const begin = startOfStatement(bytes, from, stopped);
    // Up to there the parser had no objection.
    const before = parse(slice(from, begin));
    if ('statements' in before) for (const statement of before.statements) add(from, statement);
    else addUnparsed(from, begin);
    from = begin;

    const copy = statements.at(-1);
    if (copy && !copy.inlineRows && readsStandardInput(copy)) {
      statements[statements.length - 1] = { ...copy, inlineRows: true };
      from = endOfRows(bytes, begin);
    } else if (bytes[stopped] === 0x5c && scan(slice(begin, stopped)) !== null) {
      // psql sends what comes before its command, and goes on behind the line.
      const end = endOfLine(bytes, stopped);
      psqlLines.push({ line: source.lineAt(stopped), text: slice(stopped, end).trim() });
      addUnparsed(begin, stopped);
      from = end;
    } else {
      const after = scan(slice(begin, bytes.length))?.semicolons.find((at) => begin + at >= stopped);
      const end = after === undefined ? bytes.length : begin + after;
      addUnparsed(begin, end);
      from = end + 1;
    }
  }
  return { statements, psqlLines };
}

/** The offset behind the last semicolon between statements that comes before `stopped`. */
function startOfStatement(bytes: Buffer, from: number, stopped: number): number {
  const before = scan(bytes.subarray(from, stopped).toString());
  // The parser may stop inside a token, of which the first part alone is an open quote.
  const { semicolons } = before ?? scan(bytes.subarray(from).toString()) ?? { semicolons: [] };
  const last = semicolons.findLast((at) => from + at < stopped);
  return last === undefined ? from : from + last + 1;
}

function readsStandardInput({ kind, tree: { is_from, filename, is_program } }: Statement): boolean {
  return kind === 'CopyStmt' && is_from === true && filename === undefined && is_program === undefined;
}

function endOfLine(bytes: Buffer, from: number): number {
  const end = bytes.indexOf(10, from);
  return end === -1 ? bytes.length : end + 1;
}

/** Behind the line `\.`, which ends the rows; without one they go on to the end of the file. */
function endOfRows(bytes: Buffer, from: number): number {
  for (let at = endOfLine(bytes, from); at < bytes.length; at = endOfLine(bytes, at)) {
    const end = endOfLine(bytes, at);
    if (bytes.subarray(at, end).toString().trimEnd() === '\\.') return end;
  }
  return bytes.length;
}

function leadingSpace(text: string): number {
  return Buffer.byteLength(text) - Buffer.byteLength(text.trimStart());
}
