import { literal } from '../../sql/quoting.ts';
import { type CatalogObject, describe, type Reader } from './object.ts';
import { readRanges } from './ranges.ts';

/** Enums, domains, composite types and ranges of the schema itself. A domain comes with its constraints. */
export async function readTypes(reader: Reader): Promise<CatalogObject[]> {
  return [
    ...(await readEnums(reader)),
    ...(await readDomains(reader)),
    ...(await readComposites(reader)),
    ...(await readRanges(reader)),
  ];
}

async function readEnums({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    { oid: number; array: number; name: string; short: string; owner: string; labels: string[] }[]
  >`
    select t.oid, t.typarray as array, format('%I.%I', n.nspname, t.typname) as name, quote_ident(t.typname) as short,
           pg_get_userbyid(t.typowner) as owner,
           coalesce((select array_agg(e.enumlabel::text order by e.enumsortorder)
                       from pg_enum e where e.enumtypid = t.oid), '{}') as labels
      from pg_type t join pg_namespace n on n.oid = t.typnamespace
     where t.typnamespace = ${namespace} and t.typtype = 'e'`;
  return rows.map((row) =>
    describe({
      kind: 'type',
      id: `type ${row.short}`,
      addresses: [`pg_type/${row.oid}`, `pg_type/${row.array}`],
      create: [`create type ${row.name} as enum (`, { verbatim: `${row.labels.map(literal).join(', ')})` }],
      reference: `type ${row.name}`,
      owner: row.owner,
    }),
  );
}

async function readDomains({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    {
      oid: number;
      array: number;
      name: string;
      short: string;
      owner: string;
      definition: string;
      checks: string[];
      check_definitions: string[];
    }[]
  >`
    select t.oid, t.typarray as array, format('%I.%I', n.nspname, t.typname) as name, quote_ident(t.typname) as short,
           pg_get_userbyid(t.typowner) as owner,
           concat(format_type(t.typbasetype, t.typtypmod),
             (select format(' collate %I.%I', cn.nspname, c.collname)
                from pg_collation c join pg_namespace cn on cn.oid = c.collnamespace
                join pg_type b on b.oid = t.typbasetype
               where c.oid = t.typcollation and t.typcollation <> b.typcollation),
             ' default ' || pg_get_expr(t.typdefaultbin, 0),
             case when t.typnotnull then ' not null' end) as definition,
           array(select k.oid::text from pg_constraint k
                  where k.contypid = t.oid and k.contype = 'c' order by k.conname) as checks,
           array(select format('add constraint %I %s', k.conname, pg_get_constraintdef(k.oid)) from pg_constraint k
                  where k.contypid = t.oid and k.contype = 'c' order by k.conname) as check_definitions
      from pg_type t join pg_namespace n on n.oid = t.typnamespace
     where t.typnamespace = ${namespace} and t.typtype = 'd'`;
  return rows.map((row) =>
    describe({
      kind: 'type',
      id: `domain ${row.short}`,
      addresses: [
        `pg_type/${row.oid}`,
        `pg_type/${row.array}`,
        ...row.checks.map((oid) => `pg_constraint/${oid}`),
      ],
      // In one step: a domain that a column of a composite type uses cannot be altered any more.
      create: [
        `create domain ${row.name} as ${row.definition}`,
        ...row.check_definitions.map((check) => `;\nalter domain ${row.name} ${check}`),
      ],
      reference: `domain ${row.name}`,
      owner: row.owner,
    }),
  );
}

async function readComposites({ sql, namespace }: Reader): Promise<CatalogObject[]> {
  const rows = await sql<
    {
      relation: number;
      oid: number;
      array: number;
      name: string;
      short: string;
      owner: string;
      attributes: string;
    }[]
  >`
    select c.oid as relation, t.oid, t.typarray as array, format('%I.%I', n.nspname, t.typname) as name,
           quote_ident(t.typname) as short, pg_get_userbyid(t.typowner) as owner,
           coalesce((select string_agg(concat(quote_ident(a.attname), ' ', format_type(a.atttypid, a.atttypmod),
                              (select format(' collate %I.%I', cn.nspname, l.collname)
                                 from pg_collation l join pg_namespace cn on cn.oid = l.collnamespace
                                 join pg_type b on b.oid = a.atttypid
                                where l.oid = a.attcollation and a.attcollation <> b.typcollation)),
                              ', ' order by a.attnum)
                       from pg_attribute a
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '') as attributes
      from pg_class c join pg_type t on t.oid = c.reltype join pg_namespace n on n.oid = c.relnamespace
     where c.relnamespace = ${namespace} and c.relkind = 'c'`;
  return rows.map((row) =>
    describe({
      kind: 'type',
      id: `type ${row.short}`,
      addresses: [`pg_type/${row.oid}`, `pg_type/${row.array}`, `pg_class/${row.relation}`],
      create: [`create type ${row.name} as (${row.attributes})`],
      reference: `type ${row.name}`,
      owner: row.owner,
    }),
  );
}
