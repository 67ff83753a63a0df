import postgres from 'postgres';
import { messageOf } from '../../contracts/errors.ts';
import { type Cause, type FailedMigration, shorten } from './report.ts';
import { bytesOfCharacters, type Source } from './source.ts';
import type { Statement } from './statements.ts';

/** Describes why a file failed. Without a source it could not be read at all. */
export function failureOf(failure: {
  name: string;
  source: Source | null;
  statement: Statement | undefined;
  error: unknown;
  kept: number;
  cause: Cause | null;
}): FailedMigration {
  const { name, source, statement, error, kept, cause } = failure;
  const answer = error instanceof postgres.PostgresError ? error : null;
  const { line, column } = placeOf(source, statement, Number(answer?.position));
  return {
    file: name,
    line,
    column,
    text: source?.textOfLine(line) ?? '',
    statement: shorten(statement?.text ?? ''),
    message: messageOf(error),
    code: answer?.code ?? null,
    detail: answer?.detail ?? null,
    hint: answer?.hint ?? null,
    where: answer?.where ?? null,
    kept,
    ...(cause ? { because: cause } : {}),
  };
}

/** PostgreSQL counts characters from 1 over the statement. */
function placeOf(
  source: Source | null,
  statement: Statement | undefined,
  position: number,
): { line: number; column: number | null } {
  if (!source || !statement) return { line: 1, column: null };
  if (!Number.isInteger(position) || position < 1) return { line: statement.line, column: null };
  const offset = statement.offset + bytesOfCharacters(statement.text, position - 1);
  const line = source.lineAt(offset);
  const before = source.bytes.subarray(0, offset).toString().split('\n').at(-1) ?? '';
  return { line, column: [...before].length + 1 };
}
