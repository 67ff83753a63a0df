import { type CatalogObject, describe, type Reader } from './object.ts';

/** Text search configurations with their mappings, and the dictionaries of the schema. */
export async function readTextSearch({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const configurations = await sql<
    { oid: number; name: string; short: string; owner: string; parser: string; mappings: string[] }[]
  >`
    select c.oid, format('%I.%I', n.nspname, c.cfgname) as name, quote_ident(c.cfgname) as short,
           pg_get_userbyid(c.cfgowner) as owner,
           (select format('%I.%I', pn.nspname, p.prsname) from pg_ts_parser p
              join pg_namespace pn on pn.oid = p.prsnamespace where p.oid = c.cfgparser) as parser,
           array(select format('add mapping for %I with %s', t.alias,
                               string_agg(format('%I.%I', dn.nspname, d.dictname), ', ' order by m.mapseqno))
                   from pg_ts_config_map m
                   join ts_token_type(c.cfgparser) t on t.tokid = m.maptokentype
                   join pg_ts_dict d on d.oid = m.mapdict join pg_namespace dn on dn.oid = d.dictnamespace
                  where m.mapcfg = c.oid group by t.tokid, t.alias order by t.tokid) as mappings
      from pg_ts_config c join pg_namespace n on n.oid = c.cfgnamespace
     where c.cfgnamespace = ${namespace}`;
  const dictionaries = await sql<
    { oid: number; name: string; short: string; owner: string; template: string; options: string | null }[]
  >`
    select d.oid, format('%I.%I', n.nspname, d.dictname) as name, quote_ident(d.dictname) as short,
           pg_get_userbyid(d.dictowner) as owner, d.dictinitoption as options,
           (select format('%I.%I', tn.nspname, t.tmplname) from pg_ts_template t
              join pg_namespace tn on tn.oid = t.tmplnamespace where t.oid = d.dicttemplate) as template
      from pg_ts_dict d join pg_namespace n on n.oid = d.dictnamespace
     where d.dictnamespace = ${namespace}`;
  return [
    ...configurations.map((row) =>
      describe({
        kind: 'text search',
        id: `text search configuration ${row.short}`,
        addresses: [`pg_ts_config/${row.oid}`],
        create: [
          `create text search configuration ${row.name} (parser = ${row.parser})`,
          ...row.mappings.map((mapping) => `;\nalter text search configuration ${row.name} ${mapping}`),
        ],
        reference: `text search configuration ${row.name}`,
        owner: row.owner,
      }),
    ),
    ...dictionaries.map((row) =>
      describe({
        kind: 'text search',
        id: `text search dictionary ${row.short}`,
        addresses: [`pg_ts_dict/${row.oid}`],
        create: [
          `create text search dictionary ${row.name} (template = ${row.template}`,
          { verbatim: `${row.options === null ? '' : `, ${row.options}`})` },
        ],
        reference: `text search dictionary ${row.name}`,
        owner: row.owner,
      }),
    ),
  ];
}
