import type { Place } from './sql-steps.ts';

/**
 * Finds the lines of pieces of SQL in a body. PL/pgSQL's parser gives the line of a statement, and the SQL in it with
 * `SELECT` for `PERFORM` and blanks for `INTO`; where that text cannot be found behind the line, lines are counted in it.
 */
export function lineFinder(body: string): (piece: string, statementLine: number) => Place {
  const starts = [0];
  for (let at = body.indexOf('\n'); at >= 0; at = body.indexOf('\n', at + 1)) starts.push(at + 1);
  const lineAt = (at: number): number => newlines(body.slice(0, Math.max(0, at))) + 1;
  return (piece, statementLine) => {
    const begin = beginOf(piece, body, starts[statementLine - 1] ?? 0);
    const bytes = Buffer.from(piece);
    return {
      line(offset = 0) {
        const before = bytes.subarray(0, offset).toString();
        return begin === null ? statementLine + newlines(before) : lineAt(begin + before.length);
      },
    };
  };
}

/** Where the first character of a piece stands in the body, or would, had the parser not changed it; null: nowhere. */
function beginOf(piece: string, body: string, from: number): number | null {
  // Two blanks may be what is left of a line's end.
  const head = /^.*?(?= {2}|\n|$)/s.exec(piece)?.[0] ?? '';
  const replaced = /^select\b/i.exec(head)?.[0].length ?? 0;
  for (const skip of new Set([0, replaced])) {
    const text = head.slice(skip);
    const at = text.trim() === '' ? -1 : body.indexOf(text, from);
    if (at >= 0) return at - skip;
  }
  return null;
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}
