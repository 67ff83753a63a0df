import { expect, it } from 'vitest';
import { TargetError, UsageError } from '../../../../contracts/errors.ts';
import type { IsolationFinding } from '../../../../contracts/manifest.ts';
import { applyAllowances, refuse } from '../../../../isolate/allow.ts';

const finding = (object: string, kind: IsolationFinding['kind'] = 'leftover'): IsolationFinding => ({
  object,
  kind,
  line: 3,
  text: "'public'",
  reason: 'may be a schema',
});
const findings = [finding('function f(uuid, text)'), finding('table t'), finding('function g()', 'note')];
const known = ['function f(uuid, text)', 'function f(int)', 'table t', 'function g()', 'index fine'];

it.each(['function f(uuid, text)', 'function f', 'f', 'f(uuid, text)'])('%s allows the function', (each) => {
  const { allowed, refused } = applyAllowances(findings, [each], known);
  expect(allowed).toEqual(['function f(uuid, text)']);
  expect(refused.map(({ object }) => object)).toEqual(['table t']);
});

it('notes need no allowance', () => {
  expect(applyAllowances(findings, ['f', 't'], known).refused).toEqual([]);
});

it('what is fine may be allowed, what does not exist may not', () => {
  expect(applyAllowances(findings, ['index fine'], known).allowed).toEqual([]);
  expect(() => applyAllowances(findings, ['function h'], known)).toThrow(UsageError);
});

it('the message has object, line, reason and what to write; the first twenty and a count', () => {
  expect(() => refuse('public', [finding('table t')], [])).toThrow(
    "the schema public cannot be cloned safely:\n  table t, line 3: may be a schema ('public')",
  );
  const many = Array.from({ length: 25 }, (_, index) => finding(`table t${index}`));
  const error = (() => {
    try {
      refuse('public', many, [{ object: 'index i', text: 'is missing' }]);
    } catch (thrown) {
      return thrown as TargetError;
    }
  })();
  expect(error).toBeInstanceOf(TargetError);
  expect(error?.message.split('\n')).toHaveLength(22);
  expect(error?.message).toMatch(/index i: is missing\n(.*\n)* *and 6 more$/);
  expect(error?.fixes.join()).toContain("--allow 'table t0'");
  expect(() => refuse('public', [], [])).not.toThrow();
});
