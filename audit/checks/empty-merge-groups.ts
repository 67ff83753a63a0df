import type { Check } from '../check.ts';
import { tableInSql } from '../deployment/needs.ts';

/**
 * Looks at every allocation of a merge group.
 *
 * Proves that no assignment belongs to it: the set of tables that it stands for was given back, and the group left behind.
 *
 * Does not prove that it blocks anything: a group is a resource of its own, which nobody else asks for. It shows that
 * something takes tables away past `unassign_tables_atomic`, or that this leaves groups behind.
 */
export const emptyMergeGroups: Check = {
  id: 'empty-merge-groups',
  kind: 'data',
  severity: 'notice',
  sentence: 'no merge group is left without its tables',
  needs: {
    allocations: ['id', 'booking_id', 'resource_type', { name: 'window', type: 'tstzrange' }],
    booking_table_assignments: ['merge_group_id'],
  },
  reasons: {
    empty: {
      says: 'no assignment belongs to the group',
      next: 'delete these allocations; see what deletes assignments past unassign_tables_atomic',
    },
  },
  ask({ deployment, at }) {
    const allocations = tableInSql(deployment, 'allocations');
    const assignments = tableInSql(deployment, 'booking_table_assignments');
    const query = `
select 'empty' as reason, a.id as merge_group_id, a.booking_id, a."window" as allocation_window,
       coalesce(upper(a."window") <= ${at}, false) as over
  from ${allocations} a
 where a.resource_type = 'merge_group'
   and not exists (select from ${assignments} s where s.merge_group_id = a.id)
 order by lower(a."window") desc, a.id`;
    const sql = `select count(*) from ${allocations} where resource_type = 'merge_group'`;
    return { query, lookedAt: { count: { sql }, of: 'merge groups' } };
  },
};
