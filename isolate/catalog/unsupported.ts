import { type CatalogObject, describe, type Reader } from './object.ts';

interface UnsupportedRow {
  class: string;
  oid: number;
  what: string;
  name: string;
  kind: 'leftover' | 'note';
  reason: string;
}

/** What a schema may hold, or have done to it, that is not cloned. */
export async function readUnsupported({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<UnsupportedRow[]>`
    select 'pg_class' as class, oid, 'foreign table' as what, quote_ident(relname) as name, 'leftover' as kind,
           'its rows are elsewhere, and real' as reason
      from pg_class where relnamespace = ${namespace} and relkind = 'f'
    union all
    select 'pg_opclass', oid, 'operator class', quote_ident(opcname), 'leftover', 'operator classes are not cloned'
      from pg_opclass where opcnamespace = ${namespace}
    union all
    select 'pg_opfamily', oid, 'operator family', quote_ident(opfname), 'leftover', 'operator families are not cloned'
      from pg_opfamily where opfnamespace = ${namespace}
    union all
    select 'pg_conversion', oid, 'conversion', quote_ident(conname), 'leftover', 'conversions are not cloned'
      from pg_conversion where connamespace = ${namespace}
    union all
    select 'pg_type', oid, 'base type', quote_ident(typname), 'leftover', 'base types are not cloned'
      from pg_type where typnamespace = ${namespace} and typtype = 'b' and typelem = 0
    union all
    select 'pg_publication_rel', r.oid, 'publication',
           format('%I of %I', p.pubname, c.relname), 'note', 'changes of the clone are not published'
      from pg_publication_rel r join pg_publication p on p.oid = r.prpubid join pg_class c on c.oid = r.prrelid
     where c.relnamespace = ${namespace}
    union all
    select 'pg_publication_namespace', r.oid, 'publication', format('%I of the schema', p.pubname), 'note',
           'changes of the clone are not published'
      from pg_publication_namespace r join pg_publication p on p.oid = r.pnpubid where r.pnnspid = ${namespace}
    union all
    select 'pg_event_trigger', e.oid, 'event trigger', quote_ident(e.evtname), 'note',
           'fires for the whole database and stays with the function of the deployed schema'
      from pg_event_trigger e join pg_proc p on p.oid = e.evtfoid where p.pronamespace = ${namespace}`;
  return rows.map((row) =>
    describe({
      kind: 'unsupported',
      id: `${row.what} ${row.name}`,
      addresses: [`${row.class}/${row.oid}`],
      create: [],
      unsupported: { kind: row.kind, reason: row.reason },
    }),
  );
}
