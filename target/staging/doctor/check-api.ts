import type { Check } from '../../checks.ts';
import { type ApiAccess, type ApiReading, readApi } from '../api.ts';
import { failedBy, ok, warn } from './check.ts';
import type { Schemas } from './check-staging.ts';

/** Address, key and exposed schemas, as PostgREST answers. */
export async function checkApi(
  api: ApiAccess,
  schemas: Schemas,
  apiOnly: boolean,
): Promise<{ checks: Check[]; reading: ApiReading | null }> {
  try {
    const reading = await readApi(api);
    const answered = ok('API', `${api.restUrl} answers and accepts the key`);
    return { checks: [answered, exposed(reading, schemas, apiOnly)], reading };
  } catch (error) {
    return { checks: [failedBy('API', error)], reading: null };
  }
}

function exposed({ exposedSchemas }: ApiReading, { isolated, project }: Schemas, apiOnly: boolean): Check {
  const name = 'exposed schemas';
  if (exposedSchemas === null) {
    return warn(name, 'PostgREST does not list them', 'see API settings in the dashboard');
  }
  const list = exposedSchemas.join(', ');
  if (exposedSchemas.includes(isolated)) return ok(name, `${list}: the isolated schema is among them`);
  if (!apiOnly) return ok(name, `${list}; a run adds ${isolated}, and takes it out again`);
  return {
    name,
    status: 'fail',
    detail: `${list}: ${isolated} is not among them, and cannot be added without SUPABASE_DB_URL`,
    fix: exposeByHand(project, [...exposedSchemas, isolated]).join('; '),
  };
}

/** How a person exposes schemas where no SQL of ours may. */
export function exposeByHand(project: string, schemas: readonly string[]): string[] {
  return [
    `in the dashboard, API settings, Exposed schemas: ${schemas.join(', ')}`,
    `or by the Management API: PATCH /v1/projects/${project}/postgrest with ${JSON.stringify({ db_schema: schemas.join(', ') })}`,
  ];
}
