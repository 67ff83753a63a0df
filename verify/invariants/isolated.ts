import type { TeardownResult } from '../../contracts/teardown-result.ts';
import { remark } from '../explain.ts';
import type { FoundViolation, Invariant } from '../invariant.ts';

/**
 * After teardown no tagged row is left in any table of the schema, and the rows without a tag are what they were.
 *
 * Rests on teardown's own counts and hashes. Rows of other runs that go on at the same time are left out of the
 * comparison.
 */
export const isolated: Invariant = {
  id: 'isolated',
  promise: 'after teardown nothing of the run is left, and nothing else was changed',
  check({ run }) {
    const { teardown } = run;
    const finding = { checked: { count: 0, of: 'tables' }, violations: [] as FoundViolation[], summary: '' };
    if (!teardown) return { ...finding, undecided: ['teardown did not run'] };
    if (!teardown.performed) return { ...finding, undecided: ['rows were kept on request (--keep)'] };
    const undecided = [...teardown.problems];
    if (!teardown.left) undecided.push('what is left could not be counted');
    if (!teardown.untagged_before || !teardown.untagged_after) {
      undecided.push('the rows without a tag could not be compared');
    }
    const left = (teardown.left ?? []).filter((count) => count.rows > 0);
    const violations = left.map(
      ({ table, rows }): FoundViolation => ({
        title: `${rows} rows of the run are left in ${table}`,
        steps: [
          remark(`teardown deleted what it could reach, and ${rows} rows of ${table} still carry the tag`),
        ],
        operations: [],
        rows: [{ table, rows }],
      }),
    );
    const tables = teardown.left?.length ?? 0;
    return {
      checked: { count: tables, of: 'tables' },
      violations: [...violations, ...changedTables(teardown)],
      undecided,
      summary: `no tagged row left in ${tables} tables, untagged rows unchanged`,
    };
  },
};

function changedTables({ untagged_before, untagged_after }: TeardownResult): FoundViolation[] {
  const after = new Map((untagged_after ?? []).map((table) => [table.table, table]));
  return (untagged_after ? (untagged_before ?? []) : []).flatMap((before) => {
    const now = after.get(before.table);
    if (now && now.rows === before.rows && now.hash === before.hash) return [];
    return [
      {
        title: `rows of ${before.table} that are not ours changed during the run`,
        steps: [
          remark(`before seeding: ${before.rows} rows, hash ${before.hash}`),
          remark(`after teardown: ${now?.rows ?? 'no'} rows, hash ${now?.hash ?? 'none'}`),
        ],
        operations: [],
        rows: [{ ...before }, { ...(now ?? {}) }],
      },
    ];
  });
}
