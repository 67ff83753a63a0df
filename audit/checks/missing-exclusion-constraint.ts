import { literal } from '../../sql/quoting.ts';
import type { Check } from '../check.ts';
import { tableInSql } from '../deployment/needs.ts';

/** How PostgreSQL writes a condition that leaves out nothing but shadow allocations. */
const harmless = ['', '(NOT shadow)', '(shadow = false)', '(shadow IS FALSE)', '(shadow IS NOT TRUE)'];

/**
 * Looks at the exclusion constraints of `allocations`.
 *
 * Proves that there is none which keeps two live allocations of one table from overlapping: none compares `resource_id`
 * and the window, or it compares something else too, so that rows which differ in that may overlap.
 *
 * Does not prove that tables are double booked: locks may prevent it. The constraint is what holds when a writer forgets
 * them. A condition that it cannot read (other than `NOT shadow`) is unclear, neither ok nor a finding.
 */
export const missingExclusionConstraint: Check = {
  id: 'missing-exclusion-constraint',
  kind: 'schema',
  severity: 'error',
  sentence: 'an exclusion constraint keeps live allocations of one table from overlapping',
  needs: {
    allocations: ['resource_type', 'resource_id', { name: 'window', type: 'tstzrange' }, 'shadow'],
  },
  reasons: {
    missing: {
      says: 'no exclusion constraint compares resource_id and the window',
      next: 'find overlaps first (check overlapping-allocations), then: alter table allocations add constraint allocations_no_overlap exclude using gist (restaurant_id with =, resource_type with =, resource_id with =, "window" with &&) where (not shadow)',
    },
    weakened: {
      says: 'it compares something else too: rows that differ in that may overlap',
      next: 'make it over restaurant_id, resource_type, resource_id and the window only',
    },
    invalid: {
      says: 'its index is not valid, so it holds nothing',
      next: 'drop it and make it again',
    },
    'condition-not-read': {
      says: 'its condition is more than NOT shadow: whether it covers all live allocations is not known',
      next: 'read the condition: every allocation that is not shadow must fulfil it',
      means: 'unclear',
    },
  },
  ask({ deployment }) {
    const allocations = literal(tableInSql(deployment, 'allocations'));
    const query = `
with exclusion as (
  select c.conname as constraint_name, pg_get_constraintdef(c.oid) as definition, i.indisvalid,
         coalesce(pg_get_expr(i.indpred, i.indrelid), '') as condition,
         array(select coalesce(a.attname::text, 'an expression') || ' ' || o.oprname::text
                 from unnest(c.conkey, c.conexclop) e(number, operator)
                 join pg_operator o on o.oid = e.operator
                 left join pg_attribute a on a.attrelid = c.conrelid and a.attnum = e.number and e.number > 0) as compares
    from pg_constraint c join pg_index i on i.indexrelid = c.conindid
   where c.conrelid = ${allocations}::regclass and c.contype = 'x'
), judged as (
  select case
           when not compares @> array['resource_id =', 'window &&'] then 'other'
           when not compares <@ array['resource_id =', 'window &&', 'resource_type =', 'restaurant_id ='] then 'weakened'
           when not indisvalid then 'invalid'
           when condition not in (${harmless.map(literal).join(', ')}) then 'condition-not-read'
           else 'ok' end as reason, constraint_name, definition
    from exclusion
)
select * from judged where reason not in ('ok', 'other') and not exists (select from judged where reason = 'ok')
union all
select 'missing', null, null where not exists (select from judged where reason <> 'other')
 order by 1, 2`;
    const sql = `select count(*) from pg_constraint where conrelid = ${allocations}::regclass and contype = 'x'`;
    return { query, lookedAt: { count: { sql }, of: 'exclusion constraints of allocations' } };
  },
};
