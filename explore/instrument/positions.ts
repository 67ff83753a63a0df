import { type Statement as Piece, Structure } from '../../sql/structure.ts';
import { scan } from '../../sql/tokens.ts';
import type { Statement } from './statements.ts';

/** Where a statement is in the function's body, in UTF-16 units. */
export interface Position {
  /** Where something can be put before it: in front of its label, if it has one. */
  readonly before: number;
  readonly start: number;
  /** Behind its semicolon, or behind the `THEN` or `LOOP` that its own part ends with. */
  readonly end: number;
}

/** Pieces that begin no statement of the parse tree. */
const NO_STATEMENT = new Set(['end', 'else', 'elsif', 'elseif', 'exception', 'when', 'null', ';']);

/**
 * Finds the statements of a parse tree, which knows lines only, among the tokens of the text.
 *
 * @param body the function's body; the scanner must be loaded
 * @throws Error when tokens and tree do not agree
 */
export function positionsOf(body: string, statements: readonly Statement[]): Position[] {
  const tokens = scan(body);
  const structure = new Structure(tokens, 'plpgsql');
  const pieces = statementPieces(structure);
  if (pieces.length !== statements.length) {
    throw new Error(
      `its text has ${pieces.length} statements where PostgreSQL's parser sees ${statements.length}`,
    );
  }
  return pieces.map(({ label, piece }, index) => {
    const start = tokens[piece.start]?.start ?? 0;
    const line = lineOf(body, start);
    if (line !== statements[index]?.line) {
      throw new Error(
        `a statement is in line ${line} of its text, in line ${statements[index]?.line} for PostgreSQL's parser`,
      );
    }
    const before = label === null ? start : (tokens[label.start]?.start ?? start);
    return { before, start, end: tokens[piece.end - 1]?.end ?? body.length };
  });
}

function statementPieces(structure: Structure): { label: Piece | null; piece: Piece }[] {
  const found: { label: Piece | null; piece: Piece }[] = [];
  let declaring = false;
  let label: Piece | null = null;
  let condition = false;
  let merging: Piece | null = null;
  for (const piece of structure.statements) {
    const first = structure.word(piece.start);
    const last = structure.word(piece.end - 1);
    if (merging) {
      // The THEN of a MERGE ends no statement.
      merging = { start: merging.start, end: piece.end };
      found.splice(-1, 1, { label: found.at(-1)?.label ?? null, piece: merging });
      if (last === ';') merging = null;
      continue;
    }
    if (first === 'merge' && last !== ';') merging = piece;
    if (first === '<<') {
      label = piece;
      continue;
    }
    if (condition) {
      // What comes behind ELSIF is cut off from it.
      condition = false;
    } else if (last === 'declare') {
      declaring = true;
    } else if (last === 'begin') {
      // Options such as `#variable_conflict` may stand before the first one. The line of a block is that of its BEGIN.
      declaring = false;
      found.push({ label: null, piece: { start: piece.end - 1, end: piece.end } });
    } else if (!declaring && !NO_STATEMENT.has(first)) {
      found.push({ label, piece });
    }
    condition = first.startsWith('els') && first !== 'else';
    label = null;
  }
  return found;
}

function lineOf(body: string, offset: number): number {
  let line = 1;
  for (let at = body.indexOf('\n'); at >= 0 && at < offset; at = body.indexOf('\n', at + 1)) line += 1;
  return line;
}
