import { afterAll, beforeAll, expect, it } from 'vitest';
import type { CloneReport } from '../../../isolate/clone.ts';
import { allowedOfEveryKind, type CloneProject, everyKind, startCloneProject } from './clone-project.ts';

let project: CloneProject;
let report: CloneReport;
beforeAll(async () => {
  project = await startCloneProject(await everyKind());
  report = await project.clone({ allow: allowedOfEveryKind });
});
afterAll(() => project?.stop());

it('every kind of object is cloned', () => {
  const kinds = [
    'aggregate',
    'constraint',
    'default',
    'function',
    'index',
    'index partition',
    'inheritance',
    'materialized view',
    'partition',
    'policy',
    'procedure',
    'rule',
    'sequence',
    'statistics',
    'table',
    'trigger',
    'type',
    'view',
  ];
  expect(Object.keys(report.counts).sort()).toEqual(kinds);
  expect(report.allowed).toEqual(allowedOfEveryKind);
});

/** Facts that the readers of the catalog did not gather, so that they are judged by something else than themselves. */
it.each([
  [
    'relations',
    `select relname::text, relkind::text, relpersistence::text, relnatts > 0 as columns, relrowsecurity,
     relforcerowsecurity, relreplident::text, relispopulated, relhasrules
     from pg_class where relnamespace = $1::regnamespace and relkind <> 't' order by 1`,
  ],
  [
    'columns',
    `select c.relname::text, row_number() over (partition by c.oid order by a.attnum)::int, a.attname::text,
     a.attnotnull, a.attidentity::text, a.attgenerated::text, a.attlen::int, a.atttypmod, a.attstorage::text,
     a.attcompression::text, a.attcollation::int
     from pg_attribute a join pg_class c on c.oid = a.attrelid
     where c.relnamespace = $1::regnamespace and a.attnum > 0 and not a.attisdropped order by 1, 2`,
  ],
  [
    'constraints',
    `select coalesce(c.relname::text, ''), k.conname::text, k.contype::text, k.condeferrable, k.condeferred,
     k.convalidated, k.confupdtype::text, k.confdeltype::text, k.confmatchtype::text, k.contype = 'c' and k.connoinherit
     from pg_constraint k left join pg_class c on c.oid = k.conrelid
     where k.connamespace = $1::regnamespace and not (k.contype = 'f' and k.confrelid = 'auth.users'::regclass)
     and k.contype <> 'n' order by 1, 2`,
  ],
  [
    'indexes',
    `select c.relname::text, i.indisunique, i.indisprimary, i.indisexclusion, i.indimmediate, i.indisclustered,
     i.indisvalid, i.indisreplident, i.indnullsnotdistinct, i.indnkeyatts, i.indnatts, i.indclass::text
     from pg_index i join pg_class c on c.oid = i.indexrelid
     where c.relnamespace = $1::regnamespace and c.relname !~ 'toast' order by 1`,
  ],
  [
    'functions',
    `select proname::text, prokind::text, pronargs, pronargdefaults, prosecdef, provolatile::text,
     proparallel::text, proisstrict, proretset, procost, prorows, proargnames::text[], proargmodes::text
     from pg_proc where pronamespace = $1::regnamespace and proname not like '%.%'
     and not exists (select from pg_depend d where d.objid = pg_proc.oid and d.deptype = 'e') order by 1, 3, 11, 12`,
  ],
  [
    'triggers',
    `select c.relname::text, t.tgname::text, t.tgenabled::text, t.tgtype, t.tgdeferrable, t.tginitdeferred,
     t.tgargs, cardinality(t.tgattr::int2[]), t.tgnewtable::text
     from pg_trigger t join pg_class c on c.oid = t.tgrelid
     where c.relnamespace = $1::regnamespace and not t.tgisinternal order by 1, 2`,
  ],
  [
    'policies',
    `select c.relname::text, p.polname::text, p.polcmd::text, p.polpermissive, (select array_agg(r order by r) from unnest(p.polroles) r)::text
     from pg_policy p join pg_class c on c.oid = p.polrelid where c.relnamespace = $1::regnamespace order by 1, 2`,
  ],
  [
    'partitions',
    `select c.relname::text, p.relname::text, pg_get_expr(c.relpartbound, c.oid)
     from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
     where c.relnamespace = $1::regnamespace order by 1, 2`,
  ],
  [
    'sequences',
    `select c.relname::text, s.seqstart::text, s.seqincrement::text, s.seqmin::text, s.seqmax::text,
     s.seqcache::text, s.seqcycle from pg_sequence s join pg_class c on c.oid = s.seqrelid
     where c.relnamespace = $1::regnamespace order by 1`,
  ],
  [
    'labels',
    `select t.typname::text, e.enumlabel::text from pg_enum e join pg_type t on t.oid = e.enumtypid
     where t.typnamespace = $1::regnamespace order by 1, e.enumsortorder`,
  ],
  [
    'comments',
    `select d.description, d.classoid::int from pg_description d
     left join pg_class c on d.classoid = 'pg_class'::regclass and c.oid = d.objoid
     left join pg_constraint k on d.classoid = 'pg_constraint'::regclass and k.oid = d.objoid
     where coalesce(c.relnamespace, k.connamespace) = $1::regnamespace order by 1`,
  ],
])('%s are the same in the catalog', async (_, query) => {
  const members = await project.sql<{ name: string }[]>`
    select relname::text as name from pg_class c join pg_depend d on d.objid = c.oid and d.deptype = 'e'`;
  const extension = new Set(members.map(({ name }) => name));
  const rows = async (schema: string) =>
    (await project.sql.unsafe(query, [schema])).filter((row) => !extension.has(String(row.relname)));
  const source = await rows('public');
  expect(source.length).toBeGreaterThan(0);
  expect(await rows('table_stress')).toEqual(source);
});

it('what the owner of the clone may not read elsewhere is told', () => {
  const told = report.findings.filter(({ text }) => text === 'other.things');
  expect(told.map(({ object, kind }) => `${kind}: ${object}`).sort()).toEqual([
    'note: function counts_other()',
    'note: view other_things',
  ]);
});

it('rows go through defaults, sequences, triggers and foreign keys of the clone alone', async () => {
  const { sql } = project;
  const inserted = await sql`
    insert into table_stress."Guests" ("Full Name", mood) values (' Ada ', 'public')
    returning name_norm, nr, ident, code, moods::text`;
  expect(inserted).toEqual([{ name_norm: 'ada', nr: 1, ident: 100, code: 'public.x', moods: '{public}' }]);
  await sql`insert into table_stress.measured (id, at) values (1, '2026-02-03')`;
  expect(await sql`select tableoid::regclass::text as part from table_stress.measured`).toEqual([
    { part: 'table_stress."measured 2026 a"' },
  ]);
  expect(await sql`select count(*)::int as n from public."Guests"`).toEqual([{ n: 0 }]);
  expect(await sql`select table_stress.calls_other(21) as n`).toEqual([{ n: 42 }]);
});
