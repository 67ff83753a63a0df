import type postgres from 'postgres';
import type { IsolationFinding } from '../../contracts/manifest.ts';
import type { Difference } from './compare.ts';

/**
 * What the owner of the clone may do in the deployed schema: nothing, except what everybody may, which is told as a
 * finding for each relation.
 */
export async function rightsOnSource(
  sql: postgres.TransactionSql,
  source: string,
  role: string,
): Promise<{ findings: IsolationFinding[]; differences: Difference[] }> {
  const rows = await sql<{ object: string; rights: string[] }[]>`
    select format('%s %I', case c.relkind when 'S' then 'sequence' when 'v' then 'view'
                             when 'm' then 'materialized view' when 'f' then 'foreign table' else 'table' end,
                  c.relname) as object,
           array(select r from unnest(case when c.relkind = 'S' then array['select', 'update', 'usage']
                     else array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger'] end) r
                  where case when c.relkind = 'S' then has_sequence_privilege(${role}, c.oid, r)
                        else has_table_privilege(${role}, c.oid, r)
                             or r in ('select', 'insert', 'update', 'references')
                                and has_any_column_privilege(${role}, c.oid, r) end) as rights
      from pg_class c
     where c.relnamespace = (select oid from pg_namespace where nspname = ${source})
       and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
       and not exists (select from pg_depend d
                        where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
     order by 1`;
  const findings = rows
    .filter(({ rights }) => rights.length > 0)
    .map(
      ({ object, rights }): IsolationFinding => ({
        object,
        kind: 'leftover',
        line: null,
        text: `${rights.join(', ')} for PUBLIC`,
        reason: 'everybody may do this to the real table, so the owner of the clone may too',
      }),
    );
  const memberships = await sql<{ name: string }[]>`
    select pg_get_userbyid(m.roleid) as name from pg_auth_members m
     where m.member = (select oid from pg_roles where rolname = ${role})`;
  const differences = memberships.map(({ name }) => ({
    object: `role ${role}`,
    text: `is a member of ${name}`,
  }));
  return { findings, differences };
}

/** Functions of the source that run with their owner's rights and that everybody, the clone's owner too, may execute. */
export async function openDefiners(
  sql: postgres.TransactionSql,
  source: string,
  role: string,
): Promise<IsolationFinding[]> {
  const rows = await sql<{ name: string }[]>`
    select p.oid::regprocedure::text as name from pg_proc p
     where p.pronamespace = (select oid from pg_namespace where nspname = ${source}) and p.prosecdef
       and p.prorettype not in ('trigger'::regtype, 'event_trigger'::regtype)
       and has_schema_privilege(${role}, p.pronamespace, 'usage') and has_function_privilege(${role}, p.oid, 'execute')
       and not exists (select from pg_depend d
                        where d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
     order by 1`;
  if (rows.length === 0) return [];
  const shown = rows.slice(0, 3).map(({ name }) => name);
  return [
    {
      object: `schema ${source}`,
      kind: 'note',
      line: null,
      text: rows.length > 3 ? `${shown.join(', ')} and ${rows.length - 3} more` : shown.join(', '),
      reason:
        'PUBLIC may execute these: SQL built at run time in the clone could call them, with their rights',
    },
  ];
}
