import type { Reader } from './object.ts';

/** `object` cannot exist before `on`; both are addresses. */
export interface Dependency {
  readonly object: string;
  readonly on: string;
}

/**
 * What pg_depend says about objects that users made. Objects of the system are pinned since PostgreSQL 14 and appear
 * with low numbers at most.
 */
export async function readDependencies({ sql }: Pick<Reader, 'sql'>): Promise<Dependency[]> {
  return sql<Dependency[]>`
    select distinct format('%s/%s', classid::regclass, objid) as object,
           format('%s/%s', refclassid::regclass, refobjid) as on
      from pg_depend
     where objid >= 16384 and refobjid >= 16384 and deptype <> 'e' and deptype <> 'x'
       and refclassid <> 'pg_namespace'::regclass`;
}
