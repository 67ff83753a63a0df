import type { Place } from './sql-steps.ts';

/**
 * Finds the lines of pieces of SQL in a body. PL/pgSQL's parser gives the line of a statement, and the SQL in it without
 * `PERFORM` or `INTO`; where that text cannot be found behind the line, its own first line is taken for the statement's.
 */
export function lineFinder(body: string): (piece: string, statementLine: number) => Place {
  const starts = [0];
  for (let at = body.indexOf('\n'); at >= 0; at = body.indexOf('\n', at + 1)) starts.push(at + 1);
  return (piece, statementLine) => {
    const from = starts[statementLine - 1] ?? 0;
    const at = begin(body, piece, from);
    const first = at < 0 ? statementLine : statementLine + newlines(body.slice(from, at));
    const bytes = Buffer.from(piece);
    return {
      line: (offset) =>
        offset === undefined ? first : first + newlines(bytes.subarray(0, offset).toString()),
    };
  };
}

/** Where a piece begins, by its first line; that of `PERFORM` has lost its first word. */
function begin(body: string, piece: string, from: number): number {
  const [head = ''] = piece.split('\n');
  const at = head === '' ? -1 : body.indexOf(head, from);
  if (at >= 0) return at;
  const rest = head.replace(/^\s*select\b/i, '');
  return rest === head || rest.trim() === '' ? -1 : body.indexOf(rest, from);
}

function newlines(text: string): number {
  return text.split('\n').length - 1;
}
