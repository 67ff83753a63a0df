import type postgres from 'postgres';

/** Turns a hold into an assignment; a deployment may lack it, or have it with parameters of its own. */
const NAME = 'confirm_hold_assignment_with_transition';

/** Parameters for which a call has a value. */
const known: ReadonlySet<string> = new Set([
  'p_hold_id',
  'p_booking_id',
  'p_idempotency_key',
  'p_require_adjacency',
]);

/**
 * Parameters to pass when a hold is confirmed, by name.
 *
 * @returns none when there is no such function, when it has overloads, or when it wants something that we cannot know
 */
export async function readConfirmParameters(sql: postgres.Sql, schema: string): Promise<string[]> {
  const rows = await sql<{ parameters: string[] | null; required: number }[]>`
    select p.proargnames[1:p.pronargs] as parameters, p.pronargs - p.pronargdefaults as required
      from pg_proc p join pg_namespace n on n.oid = p.pronamespace
     where n.nspname = ${schema} and p.proname = ${NAME} and p.prokind = 'f'`;
  const [found, ...overloads] = rows;
  if (!found?.parameters || overloads.length > 0) return [];
  const { parameters, required } = found;
  if (!parameters.slice(0, required).every((name) => known.has(name))) return [];
  if (!parameters.includes('p_hold_id') || !parameters.includes('p_booking_id')) return [];
  return parameters.filter((name) => known.has(name));
}
