import path from 'node:path';
import { describeClaim } from '../../contracts/explore-claim.ts';
import type { ExploreFinding, ExploreResult } from '../../contracts/explore-result.ts';
import { paint } from '../terminal.ts';

const styles = { pass: 'green', fail: 'red', unknown: 'yellow' } as const;
const marks = { pass: '✔', fail: '✖', unknown: '?' } as const;

export interface ExploreView {
  result: ExploreResult;
  folder: string;
  colour: boolean;
  /** Columns of the terminal. */
  width: number;
}

/** The result for a terminal: a line for each case, and a table for the first finding of each that has some. */
export function renderExplore({ result, folder, colour, width }: ExploreView): string {
  const schedules = result.cases.reduce((sum, each) => sum + each.schedules, 0);
  const seconds = result.ms / 1000;
  const rate = (seconds * 1000) / Math.max(1, schedules);
  const label =
    result.interrupted && result.verdict !== 'fail' ? 'INTERRUPTED' : result.verdict.toUpperCase();
  const lines = result.cases.flatMap((each) => [
    `  ${paint(styles[each.verdict], marks[each.verdict], colour)} ${each.name.padEnd(30)} ${describeClaim(each)}; ${each.schedules} schedules, ${each.outcomes} outcomes, ${(each.ms / 1000).toFixed(1)} s`,
    ...each.findings.map(
      (finding) =>
        `      ${finding.promise}: ${finding.title} (schedule ${finding.at_schedule}, ${finding.preemptions} preemptions)`,
    ),
    ...each.notes.map((note) => paint('yellow', `      ! ${note}`, colour)),
  ]);
  const shown = result.cases.flatMap(({ name, findings }) =>
    findings.slice(0, 1).map((finding) => ({ name, finding })),
  );
  return [
    '',
    `${paint(['bold', styles[result.verdict]], label, colour)}  ${doneSoFar(result)}${schedules} schedules of ${result.cases.length} cases in ${seconds.toFixed(1)} s, ${rate.toFixed(1)} ms each`,
    '',
    ...lines,
    ...result.notes.map((note) => paint('yellow', `  ! ${note}`, colour)),
    ...shown
      .slice(0, MOST_TABLES)
      .flatMap(({ name, finding }) => [
        '',
        `  ${name}, ${finding.promise}: ${finding.title}`,
        ...scheduleTable(finding, width - 4).map((line) => `  ${line}`),
        ...(finding.replay === null
          ? []
          : [
              `  → npm run stress -- explore --replay ${path.relative(process.cwd(), path.join(folder, finding.replay))}`,
            ]),
      ]),
    '',
    `  report: ${path.relative(process.cwd(), path.join(folder, 'explore.html'))}`,
    '',
  ].join('\n');
}

/** What was interrupted has not passed; what was broken until then is. */
function doneSoFar({ verdict, interrupted, cases }: ExploreResult): string {
  if (!interrupted) return '';
  const done = cases.filter((each) => each.verdict === 'pass').length;
  const broken = verdict === 'fail' ? '' : 'no promise broken so far, ';
  return `${broken}${done} of ${cases.length} cases done; `;
}

/** The report has all of them. */
const MOST_TABLES = 2;

/** One column for each session, one row for each step. */
export function scheduleTable(finding: Pick<ExploreFinding, 'steps' | 'calls'>, width: number): string[] {
  const sessions = finding.calls.length;
  const column = Math.max(24, Math.floor((width - 4) / sessions) - 3);
  const cell = (text: string): string =>
    (text.length > column ? `${text.slice(0, column - 1)}…` : text).padEnd(column);
  const row = (number: string, session: number, text: string): string =>
    [
      number.padStart(4),
      ...Array.from({ length: sessions }, (_, each) => cell(each === session ? text : '')),
    ].join(' │ ');
  const head = ['    ', ...finding.calls.map((call, index) => cell(`${index + 1}: ${call}`))].join(' │ ');
  return [
    head,
    `─────┼─${finding.calls.map(() => '─'.repeat(column)).join('─┼─')}`,
    ...finding.steps.flatMap((step, index) => [
      row(String(index + 1), step.session, `${step.preempts ? '▸ ' : ''}${step.statement}`),
      ...[step.rows, step.waited ?? '', step.answer === null ? '' : `ends: ${step.answer}`]
        .filter(Boolean)
        .map((text) => row('', step.session, `  ${text}`)),
    ]),
  ];
}
