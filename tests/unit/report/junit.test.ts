import { describe, expect, it } from 'vitest';
import { renderJunit } from '../../../report/junit.ts';
import type { ReportData } from '../../../report/report-data.ts';
import { fixtureData, result } from './fixture.ts';
import { junitFaults } from './junit-schema.ts';
import { largeRun } from './large-run.ts';
import { type Element, parseXml } from './well-formed.ts';

function suiteOf(data: ReportData): Element {
  const root = parseXml(renderJunit(data));
  expect(root.name).toBe('testsuites');
  const [suite] = root.children;
  if (!suite || root.children.length !== 1) throw new Error('one test suite');
  return suite;
}

const casesOf = (suite: Element) => suite.children.filter(({ name }) => name === 'testcase');

function withVerdict(change: Partial<ReportData['verdict']>): ReportData {
  const data = fixtureData();
  return { ...data, verdict: { ...data.verdict, thresholds_crossed: [], explored: null, ...change } };
}

describe('renderJunit', () => {
  it('has a case for each promise, whatever its texts hold', () => {
    const suite = suiteOf(fixtureData());
    const outcomes = casesOf(suite).map(({ attributes, children }) => [attributes.name, children[0]?.name]);
    expect(outcomes).toEqual([
      ['no-double-booking', 'failure'],
      ['linked', undefined],
      ['progress', 'error'],
      ['status-rule', 'skipped'],
      ['thresholds', 'failure'],
      ['explore assign-same-table', 'failure'],
      ['explore assign-swapped-sets', undefined],
    ]);
    expect(suite.attributes).toMatchObject({ tests: '7', failures: '3', errors: '1', skipped: '1' });
    const failure = casesOf(suite)[0]?.children[0];
    expect(failure?.attributes.message).toContain('<script>alert("1")</script>');
    expect(failure?.text).toContain('2. yet B was acknowledged too');
  });

  it.each<[string, ReportData]>([
    ['a failed run', fixtureData()],
    ['a run without a manifest', { ...fixtureData(), manifest: null }],
    ['no promise at all', withVerdict({ verdict: 'unknown', exit_code: 4, invariants: [], not_covered: [] })],
    ['everything broken', { ...fixtureData(), ...largeRun() }],
  ])('is valid by the common schema: %s', (_, data) => {
    expect(junitFaults(parseXml(renderJunit(data)))).toEqual([]);
  });

  it.each<[string, (suite: string) => string]>([
    ['a wrong count', (text) => text.replace(/failures="\d+"/g, 'failures="9"')],
    ['a time with a zone', (text) => text.replace(/(timestamp="[^"]*)"/, '$1Z"')],
    ['output before the cases', (text) => text.replace('<testcase', '<system-out></system-out><testcase')],
    ['an attribute of its own', (text) => text.replace('<testcase ', '<testcase colour="red" ')],
  ])('would not be with %s', (__, damage) => {
    expect(junitFaults(parseXml(damage(renderJunit(fixtureData()))))).not.toEqual([]);
  });

  it('is green for a pass only', () => {
    const green = withVerdict({ verdict: 'pass', exit_code: 0, invariants: [result('linked', 'pass')] });
    expect(suiteOf(green).attributes).toMatchObject({ failures: '0', errors: '0' });
  });

  it('stays green where nothing was explored, and says why', () => {
    const pass = { verdict: 'pass' as const, exit_code: 0, invariants: [result('linked', 'pass')] };
    const explored = { verdict: 'unknown' as const, summary: 'not observed: no database', cases: [] };
    const suite = suiteOf(withVerdict({ ...pass, explored }));
    expect(suite.attributes).toMatchObject({ failures: '0', errors: '0' });
    const skipped = casesOf(suite).find(({ attributes }) => attributes.name === 'explore')?.children[0];
    expect(skipped?.attributes.message).toBe('not observed: no database');
  });

  it.each([
    ['no promise at all', { verdict: 'unknown' as const, exit_code: 4, invariants: [] }],
    [
      'a run that stopped',
      { verdict: 'unknown' as const, exit_code: 3, invariants: [result('linked', 'pass')] },
    ],
    ['an exit code of its own', { verdict: 'pass' as const, exit_code: 130, invariants: [] }],
  ])('is not green for %s', (_, change) => {
    const suite = suiteOf(withVerdict(change));
    expect(suite.attributes).toMatchObject({ errors: '1' });
    expect(casesOf(suite).at(-1)?.attributes.name).toBe('run');
  });

  it('needs no manifest', () => {
    expect(suiteOf({ ...fixtureData(), manifest: null }).attributes.time).toBe('0');
  });
});
