import type postgres from 'postgres';
import { messageOf } from '../contracts/errors.ts';
import { answeredValue } from '../history/answered.ts';
import { classify } from '../history/classify.ts';
import type { Operation } from '../history/operation.ts';
import { asServiceRole, setSearchPath } from './session-settings.ts';

/** Nanoseconds since the try began. */
export type Stopwatch = () => number;

/** A connection on which a session makes its calls. */
export type Session = postgres.Sql;

/**
 * Makes a call as PostgREST does, each statement in a transaction of its own as the service role, and records it under
 * the names of the call in the run. Never throws: an error is an answer.
 */
export async function makeCall(
  { schema, now }: { schema: string; now: Stopwatch },
  session: Session,
  operation: Operation,
  statements: readonly string[],
): Promise<Operation> {
  const t0 = now();
  let body: unknown = null;
  try {
    for (const statement of statements) body = await inTransaction(session, schema, statement);
  } catch (error) {
    const t1 = now();
    await session.unsafe('ROLLBACK').catch(() => {});
    return refusedCall(operation, error, t0, t1);
  }
  const value = answeredValue(operation.f, body);
  return { ...operation, t0, t1: now(), type: 'ok', class: 'ok', code: null, http: 200, value } as Operation;
}

/** One round trip, so that nothing but the statement lies between the begin and the end of the transaction. */
async function inTransaction(session: Session, schema: string, statement: string): Promise<unknown> {
  const answered = `WITH called AS (${statement}) SELECT coalesce(json_agg(called), '[]') AS body FROM called`;
  const results = await session.unsafe(
    [...asServiceRole, setSearchPath(schema, 'SET LOCAL'), answered, 'COMMIT'].join(';\n'),
  );
  const rows = (results as unknown as { body?: unknown }[][]).flat();
  return rows.find((row) => 'body' in row)?.body ?? [];
}

function refusedCall(operation: Operation, error: unknown, t0: number, t1: number): Operation {
  const fields = error as { code?: unknown; detail?: unknown; hint?: unknown; severity?: unknown };
  const message = messageOf(error);
  // An error without a severity is the driver's: the connection is gone, and nobody knows what became of the call.
  const code = fields.severity !== undefined && typeof fields.code === 'string' ? fields.code : null;
  const readOnly = operation.f === 'status';
  const answer = classify({ http: code === null ? 0 : 400, code, message, readOnly });
  const value = { message, details: textOf(fields.detail), hint: textOf(fields.hint) };
  return { ...operation, t0, t1, ...answer, code, http: code === null ? 0 : 400, value } as Operation;
}

const textOf = (value: unknown): string | null => (typeof value === 'string' ? value : null);
