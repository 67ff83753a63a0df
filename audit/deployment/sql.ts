import type { Ask } from '../connection/read-only.ts';

/** Rows of a query, by way of JSON: then arrays need no types that a driver would have to look up. */
export async function asJson<T>(ask: Ask, query: string): Promise<T[]> {
  const [row] = await ask<{ rows: T[] }>(
    `select coalesce(json_agg(row_to_json(q)), '[]') as rows from (${query}) q`,
  );
  return row?.rows ?? [];
}

/** The condition that a schema is not PostgreSQL's own. `alias` is that of pg_namespace. */
export function ownSchemas(alias: string): string {
  return `${alias}.nspname <> 'information_schema' and ${alias}.nspname !~ '^pg_'`;
}
