import { expect, it } from 'vitest';
import { annotations } from '../../../report/annotations.ts';
import { fixtureData } from './fixture.ts';

const { verdict } = fixtureData();

it('a broken promise is an error, an unknown one a warning, a kept one nothing', () => {
  const lines = annotations(verdict, 'runs/x/report.html').trim().split('\n');
  const expected = verdict.invariants.filter((result) => result.verdict !== 'pass');
  expect(expected.length).toBeGreaterThan(1);
  expect(lines).toHaveLength(expected.length + verdict.thresholds_crossed.length);
  for (const [index, { id, verdict: value }] of expected.entries()) {
    expect(lines[index]).toMatch(
      new RegExp(
        `^::${value === 'fail' ? 'error' : 'warning'} title=table-stress%3A ${id} is [^:]*::[\\s\\S]*report\\.html`,
      ),
    );
  }
});

it('lines and separators of a summary cannot end or begin a command', () => {
  const [first] = verdict.invariants.filter((result) => result.verdict === 'fail');
  const nasty = { ...verdict, invariants: [{ ...first, summary: 'a\n::error::100 %\r' }] } as typeof verdict;
  const text = annotations(nasty, 'r');
  expect(text.trim().split('\n')).toHaveLength(1 + nasty.thresholds_crossed.length);
  expect(text).toContain('a%0A::error::100 %25%0D');
});

it('a run without a verdict is an error, a pass is silent', () => {
  const none = { ...verdict, invariants: [], thresholds_crossed: [] };
  expect(annotations({ ...none, exit_code: 3 }, 'r')).toMatch(/^::error title=table-stress%3A no verdict::/);
  expect(annotations({ ...none, exit_code: 0 }, 'r')).toBe('');
});
