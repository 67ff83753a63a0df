import { describe, expect, it } from 'vitest';
import type { TeardownResult } from '../../../contracts/teardown-result.ts';
import { changedTables, unattributed } from '../../../verify/invariants/untagged.ts';

const removed = { schema: 'table_stress', removed: true, stays: null, problems: [] };
const result = (
  before: [number, string],
  after: [number, string],
  more: Partial<TeardownResult> = {},
): TeardownResult => ({
  v: 1,
  run: 'abcdef01',
  performed: true,
  deleted: [],
  left: [],
  untagged_before: [{ table: 'audit_log', rows: before[0], hash: before[1] }],
  untagged_after: [{ table: 'audit_log', rows: after[0], hash: after[1] }],
  source: null,
  isolation: null,
  problems: [],
  ...more,
});
const judged = (teardown: TeardownResult): string =>
  changedTables(teardown).length > 0 ? 'fail' : unattributed(teardown).length > 0 ? 'unknown' : 'pass';

describe('rows without a tag', () => {
  it.each([
    ['are the same', result([3, 'a'], [3, 'a']), 'pass'],
    ['are fewer', result([3, 'a'], [2, 'b']), 'fail'],
    ['are others', result([3, 'a'], [3, 'b']), 'fail'],
    ['are more', result([3, 'a'], [4, 'b']), 'unknown'],
    ['are fewer, and other runs were there', result([3, 'a'], [2, 'b'], { shared: true }), 'unknown'],
    ['are others, and other runs were there', result([3, 'a'], [3, 'b'], { shared: true }), 'unknown'],
    ['are the same, and other runs were there', result([3, 'a'], [3, 'a'], { shared: true }), 'pass'],
    ['went with the schema', result([3, 'a'], [2, 'b'], { isolation: removed }), 'pass'],
  ])('%s', (_, teardown, verdict) => {
    expect(judged(teardown)).toBe(verdict);
  });
});
