import { type CatalogObject, describe, type Reader } from './object.ts';

interface SequenceRow {
  oid: number;
  name: string;
  short: string;
  owner: string;
  unlogged: boolean;
  options: string;
  /** The column that it belongs to, qualified. */
  column: string | null;
  identity: boolean;
}

/**
 * Sequences. That of an identity column comes with the column's own statement; it is listed for its grants and its
 * comment. The clone's sequences start where the source's started once: it has no rows.
 */
export async function readSequences({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<SequenceRow[]>`
    select c.oid, format('%I.%I', n.nspname, c.relname) as name, quote_ident(c.relname) as short,
           pg_get_userbyid(c.relowner) as owner, c.relpersistence = 'u' as unlogged,
           concat('as ', format_type(s.seqtypid, null), ' ', ${sequenceOptions(sql)}) as options,
           owned.column, coalesce(owned.identity, false) as identity
      from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_sequence s on s.seqrelid = c.oid
      left join lateral (
        select format('%I.%I.%I', tn.nspname, t.relname, a.attname) as column, d.deptype = 'i' as identity
          from pg_depend d
          join pg_class t on t.oid = d.refobjid join pg_namespace tn on tn.oid = t.relnamespace
          join pg_attribute a on a.attrelid = t.oid and a.attnum = d.refobjsubid
         where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.refclassid = 'pg_class'::regclass
           and d.refobjsubid > 0 and d.deptype in ('a', 'i')) owned on true
     where c.relnamespace = ${namespace} and c.relkind = 'S'`;
  return rows.map((row) =>
    describe({
      kind: 'sequence',
      id: `sequence ${row.short}`,
      addresses: [`pg_class/${row.oid}`],
      create: row.identity
        ? []
        : [
            `create ${row.unlogged ? 'unlogged ' : ''}sequence ${row.name} ${row.options}`,
            row.column === null ? '' : ` owned by ${row.column}`,
          ],
      reference: `sequence ${row.name}`,
      // PostgreSQL refuses to change it apart from the table's, with which it changes by itself.
      owner: row.column === null ? row.owner : null,
    }),
  );
}

/** The options of `pg_sequence s` as SQL writes them. */
export function sequenceOptions(sql: Reader['sql']) {
  return sql`format('start with %s increment by %s minvalue %s maxvalue %s cache %s %scycle',
                    s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcache,
                    case when s.seqcycle then '' else 'no ' end)`;
}
