import { searchPath } from '../sql/statements.ts';

/** What PostgREST sets for a call with the secret key: role and claims, in a transaction of its own. */
export const asServiceRole: readonly string[] = [
  'BEGIN ISOLATION LEVEL READ COMMITTED',
  'SET LOCAL ROLE service_role',
  `SET LOCAL request.jwt.claims = '{"role": "service_role"}'`,
];

/** Names without a schema are looked up in the application's, as PostgREST has it. */
export function setSearchPath(schema: string, set: 'SET' | 'SET LOCAL'): string {
  return `${set} search_path = ${searchPath(schema)}`;
}
