import fc from 'fast-check';
import { expect, it } from 'vitest';
import { mergeVerdicts, type VerdictValue, verdictValues } from '../../../contracts/verdict.ts';

it.each<[VerdictValue[], VerdictValue]>([
  [[], 'unknown'],
  [['pass'], 'pass'],
  [['unknown'], 'unknown'],
  [['fail'], 'fail'],
  [['pass', 'pass'], 'pass'],
  [['pass', 'unknown'], 'unknown'],
  [['unknown', 'pass'], 'unknown'],
  [['pass', 'fail'], 'fail'],
  [['unknown', 'fail'], 'fail'],
  [['fail', 'unknown', 'pass'], 'fail'],
  [['pass', 'unknown', 'fail'], 'fail'],
])('%j merge to %s', (values, expected) => {
  expect(mergeVerdicts(values)).toBe(expected);
});

it('more to judge never makes a verdict better', () => {
  const rank: Record<VerdictValue, number> = { pass: 0, unknown: 1, fail: 2 };
  const values = fc.array(fc.constantFrom(...verdictValues), { minLength: 1 });
  fc.assert(
    fc.property(values, fc.constantFrom(...verdictValues), (some, one) => {
      expect(rank[mergeVerdicts([...some, one])]).toBe(Math.max(rank[mergeVerdicts(some)], rank[one]));
    }),
  );
});
