import type { TeardownResult } from '../../contracts/teardown-result.ts';
import { remark } from '../explain.ts';
import type { FoundViolation } from '../invariant.ts';

/**
 * What changed among the rows without a tag, and nobody can be named for: more rows than before are another client's,
 * or what a trigger wrote without naming ours. Where other runs used the schema at the same time, any change may be
 * theirs. A schema that was made for runs and is gone held nobody else's.
 */
export function unattributed(teardown: TeardownResult): string[] {
  const { isolation, shared } = teardown;
  if (isolation?.removed) return [];
  return pairs(teardown).flatMap(({ before, now }) => {
    if (!now || now.hash === before.hash) return [];
    if (shared) {
      return [
        `rows of ${before.table} without a tag changed, and other runs used the schema at the same time: it is not known whose they are`,
      ];
    }
    const more = now.rows - before.rows;
    if (more <= 0) return [];
    return [`${more} rows appeared in ${before.table} that carry no tag: it is not known whose they are`];
  });
}

/** Rows without a tag that were there before the run and are not what they were, in a schema that nobody else used. */
export function changedTables(teardown: TeardownResult): FoundViolation[] {
  if (teardown.isolation?.removed || teardown.shared) return [];
  return pairs(teardown).flatMap(({ before, now }) => {
    // A table that is missing, or has more rows that nobody can be named for, is undecided.
    if (!now || now.rows > before.rows) return [];
    if (now.rows === before.rows && now.hash === before.hash) return [];
    return [
      {
        title: `rows of ${before.table} that are not ours changed during the run`,
        steps: [
          remark(`before seeding: ${before.rows} rows, hash ${before.hash}`),
          remark(`after teardown: ${now.rows} rows, hash ${now.hash}`),
        ],
        operations: [],
        rows: [{ ...before }, { ...now }],
      },
    ];
  });
}

type Untagged = NonNullable<TeardownResult['untagged_before']>[number];

function pairs({ untagged_before, untagged_after }: TeardownResult): {
  before: Untagged;
  now: Untagged | undefined;
}[] {
  const after = new Map((untagged_after ?? []).map((table) => [table.table, table]));
  return (untagged_before ?? []).map((before) => ({ before, now: after.get(before.table) }));
}
