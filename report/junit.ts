import type { InvariantResult, Verdict, Violation } from '../contracts/verdict.ts';
import { clip, formatClock, plural } from './format.ts';
import { type Html, html } from './html/html.ts';
import type { ReportData } from './report-data.ts';

type Outcome = 'passed' | 'failure' | 'error' | 'skipped';
interface TestCase {
  outcome: Outcome;
  xml: Html;
}

/**
 * The verdict for test reporters: a test case per promise. What is unknown is an error, not skipped: it must not look
 * green. For the same reason a run that did not end with exit code 0 always has a case that is not green.
 */
export function renderJunit(data: ReportData): string {
  const { verdict, manifest } = data;
  const cases = [
    ...verdict.invariants.map(promiseCase),
    ...verdict.not_covered.map((id) =>
      testCase(id, 'skipped', html`<skipped message="the scenarios of this run do not provoke it"/>`),
    ),
    ...thresholdCases(verdict.thresholds_crossed),
    ...exploreCases(verdict),
  ];
  if (!cases.some(isRed) && (verdict.exit_code !== 0 || verdict.verdict !== 'pass')) {
    cases.push(testCase('run', 'error', problem('error', verdict.headline, 'no-verdict', '')));
  }
  const count = (outcome: Outcome): number => cases.filter((each) => each.outcome === outcome).length;
  const counts = html`tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}"`;
  const started = manifest?.started_at ?? null;
  const ended = manifest?.ended_at ?? null;
  const time = started && ended ? ((Date.parse(ended) - Date.parse(started)) / 1000).toFixed(3) : '0';
  // The schema that most tools follow wants the time without a zone, and `localhost` for a machine that is not told.
  const timestamp = new Date(started ?? 0).toISOString().slice(0, 19);
  return html`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="table-stress" ${counts} time="${time}">
<testsuite name="table-stress" package="table-stress" id="0" hostname="localhost" timestamp="${timestamp}" ${counts} skipped="${count('skipped')}" time="${time}">
<properties>
${properties(data).map(([name, value]) => html`<property name="${name}" value="${value}"/>\n`)}</properties>
${cases.map((each) => each.xml)}<system-out>${verdict.headline}</system-out>
<system-err>${verdict.warnings.join('\n')}</system-err>
</testsuite>
</testsuites>
`.text;
}

function isRed({ outcome }: TestCase): boolean {
  return outcome === 'failure' || outcome === 'error';
}

function promiseCase({
  id,
  verdict,
  summary,
  promise,
  violations,
  violation_count,
}: InvariantResult): TestCase {
  if (verdict === 'pass') return testCase(id, 'passed', null);
  if (verdict === 'unknown') return testCase(id, 'error', problem('error', summary, 'unknown', promise));
  const [first] = violations;
  const text = `Promised: ${promise}\nFound: ${plural(violation_count, 'violation')}\n${first ? story(first) : ''}`;
  return testCase(id, 'failure', problem('failure', summary, 'violation', text));
}

function thresholdCases(crossed: readonly string[]): TestCase[] {
  if (crossed.length === 0) return [];
  const message = `${plural(crossed.length, 'threshold')} crossed`;
  return [testCase('thresholds', 'failure', problem('failure', message, 'threshold', crossed.join('\n')))];
}

/** A case for each that was explored. Where it was not, or not to an end, that alone is not red: the run is not either. */
function exploreCases({ explored }: Verdict): TestCase[] {
  if (!explored) return [];
  if (explored.cases.length === 0) {
    return [testCase('explore', 'skipped', html`<skipped message="${clip(explored.summary, 500)}"/>`)];
  }
  return explored.cases.map(({ name, verdict, claim, schedules }) => {
    const title = `explore ${name}`;
    const said = `${claim}, ${plural(schedules, 'schedule')}`;
    if (verdict === 'pass') return testCase(title, 'passed', null);
    if (verdict === 'fail') return testCase(title, 'failure', problem('failure', said, 'interleaving', said));
    return testCase(title, 'skipped', html`<skipped message="${said}"/>`);
  });
}

function story({ title, steps, repro }: Violation): string {
  const lines = steps.map(({ at, text }, index) => {
    return `${index + 1}. ${at === null ? '' : `${formatClock(at)}: `}${text}`;
  });
  return [title, ...lines, `Provoke it again: ${repro}`].join('\n');
}

function testCase(name: string, outcome: Outcome, content: Html | null): TestCase {
  return {
    outcome,
    xml: html`<testcase classname="table-stress" name="${name}" time="0">${content}</testcase>\n`,
  };
}

function problem(element: 'failure' | 'error', message: string, type: string, text: string): Html {
  const attributes = html`message="${clip(message, 500)}" type="${type}"`;
  return element === 'failure'
    ? html`<failure ${attributes}>${text}</failure>`
    : html`<error ${attributes}>${text}</error>`;
}

function properties({ verdict, manifest }: ReportData): [string, string][] {
  const known: [string, string][] = [
    ['run', verdict.run],
    ['verdict', verdict.verdict],
    ['exit_code', String(verdict.exit_code)],
  ];
  if (!manifest) return known;
  return [
    ...known,
    ['seed', String(manifest.seed)],
    ['profile', manifest.profile],
    ['target', manifest.target.description],
    ['functions', manifest.isolation?.fingerprint ?? 'not reached'],
    ['commit', manifest.harness.commit ?? 'unknown'],
  ];
}
