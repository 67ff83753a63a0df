/**
 * Whether an error that nobody handles is one of postgres.js 3.4.9 itself, after a connection was cut: of the rollback
 * that it sends to a socket that is gone, or of the question for array types with which it opens a connection. Whoever
 * waits for an answer of the connection is told by `reconnecting`.
 */
export function isDriversOwn(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { query } = error as { query?: unknown };
  if (typeof query === 'string') return /\bb\.typarray\b[\s\S]*\bpg_catalog\.pg_type a\b/.test(query);
  return /reading 'write'/.test(error.message) && /\bpostgres\b.*\bconnection\.js/.test(error.stack ?? '');
}
