import type postgres from 'postgres';
import { placedObjects } from '../catalog/comments.ts';
import type { Difference } from './compare.ts';

/**
 * Edges of pg_depend by which something in the clone still hangs on something of the source, other than on an
 * extension's object there.
 */
export async function edgesToSource(
  sql: postgres.TransactionSql,
  source: string,
  schema: string,
): Promise<Difference[]> {
  const rows = await sql<{ object: string; on: string }[]>`
    with placed as (${placedObjects(sql)})
    select distinct pg_describe_object(d.classid, d.objid, 0) as object,
           pg_describe_object(d.refclassid, d.refobjid, 0) as on
      from pg_depend d
      join placed o on o.class = d.classid and o.oid = d.objid
      join placed r on r.class = d.refclassid and r.oid = d.refobjid
     where o.namespace = (select oid from pg_namespace where nspname = ${schema})
       and r.namespace = (select oid from pg_namespace where nspname = ${source})
       and not exists (select from pg_depend e
                        where e.classid = d.refclassid and e.objid = d.refobjid and e.deptype = 'e')
     order by 1, 2`;
  return rows.map(({ object, on }) => ({ object, text: `depends on ${on} of the deployed schema` }));
}
