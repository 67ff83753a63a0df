import { causes } from '../contracts/diagnosis.ts';
import { resultInWords, type ViolationRepro } from '../contracts/repro.ts';
import type { InvariantResult, Verdict } from '../contracts/verdict.ts';
import { freshnessRows } from '../verify/freshness/rows.ts';
import { policyInWords } from '../verify/freshness/words.ts';
import { clip, formatClock, formatCount, plural } from './format.ts';
import { bracketInWords, freshnessWords } from './freshness-words.ts';
import { codeBlock, codeSpan, escapeMarkdown } from './markdown-text.ts';
import type { ReportData } from './report-data.ts';
import { reproEntries } from './repro-entries.ts';

/** A comment on GitHub holds 65,536 characters; a reader holds less. */
const LONGEST = { headline: 400, summary: 160, title: 400, step: 500, warning: 300 };
const MOST = { steps: 12, warnings: 5, causes: 5, replays: 10 };
/** For the evidence of all promises together, so that the whole surely fits into a comment. */
const EVIDENCE = 40_000;
/** For all of it. */
const WHOLE = 65_000;

const signs = { pass: '✅ pass', fail: '❌ **fail**', unknown: '❔ **unknown**' } as const;
const titles = { pass: '✅ Pass', fail: '❌ Fail', unknown: '❔ No verdict' } as const;

/** The report for a pull-request comment: short, and the evidence of each broken promise folded away. */
export function renderMarkdown(data: ReportData): string {
  const { verdict, gaps } = data;
  const warnings = [...verdict.warnings, ...gaps];
  const entries = reproEntries(verdict, data.repro);
  const parts = [
    `## ${titles[verdict.verdict]} · table-stress run ${codeSpan(verdict.run)}`,
    escapeMarkdown(clip(verdict.headline, LONGEST.headline)),
    ...bullets('Thresholds crossed', verdict.thresholds_crossed),
    promiseTable(verdict),
    explored(data),
    statusMatrix(data),
    causesFound(data),
    ...withinBudget(
      verdict.invariants
        .filter(({ violations }) => violations.length > 0)
        .map((result) => evidence(result, entries)),
    ),
    freshness(data),
    ...bullets(
      'Measured',
      verdict.measurements.map(({ scenario, sentence }) => `${scenario}: ${sentence}`),
    ),
    ...bullets('Warnings', warnings.slice(0, MOST.warnings), warnings.length - MOST.warnings),
    counts(data),
  ];
  return `${fitting(parts.filter((part) => part !== '')).join('\n\n')}\n`;
}

/** The parts that fit into a comment together, the first ones first; what is left out is said. */
function fitting(parts: readonly string[]): string[] {
  let length = 0;
  const kept = parts.filter((part) => {
    if (length + part.length > WHOLE) return false;
    length += part.length + 2;
    return true;
  });
  return kept.length === parts.length ? kept : [...kept, 'More is in report.html.'];
}

function promiseTable({ invariants, not_covered }: Verdict): string {
  if (invariants.length === 0) return 'No promise was checked.';
  const rows = invariants.map(
    ({ id, verdict, summary, violation_count: count }) =>
      `| ${signs[verdict]} | ${codeSpan(id)} | ${escapeMarkdown(clip(summary, LONGEST.summary))}${count > 1 ? ` (${plural(count, 'violation')})` : ''} |`,
  );
  const missing = not_covered.map((id) => `| not covered | ${codeSpan(id)} | |`);
  return ['| Verdict | Promise | Found |', '| --- | --- | --- |', ...rows, ...missing].join('\n');
}

/** One line: the variant of refresh_table_status that is deployed. */
function statusMatrix({ statusMatrix: matrix }: ReportData): string {
  if (!matrix) return '';
  const { skipped, variant } = matrix;
  const text = skipped
    ? `not observed, so not passed: ${skipped.reason}`
    : (variant?.text ?? 'nothing observed');
  return `**Status matrix:** ${escapeMarkdown(clip(text, LONGEST.summary * 2))}`;
}

/** The cases whose interleavings were run, with what holds of them. */
function explored({ verdict: { explored: result } }: ReportData): string {
  if (!result) return '';
  if (result.cases.length === 0) return `**Interleavings:** ${escapeMarkdown(result.summary)}`;
  const lines = result.cases.map(
    ({ name, verdict, claim, schedules }) =>
      `- ${signs[verdict]} ${codeSpan(name)}: ${escapeMarkdown(claim)}, ${plural(schedules, 'schedule')}`,
  );
  return ['**Interleavings** of a few calls', lines.join('\n')].join('\n\n');
}

/** What explains the run. */
function causesFound({ diagnosis }: ReportData): string {
  if (!diagnosis || diagnosis.findings.length === 0) return '';
  const lines = diagnosis.findings
    .slice(0, MOST.causes)
    .map(
      ({ cause, scenario, sentence, advice }) =>
        `- **${causes[cause]}** (${codeSpan(scenario)}): ${escapeMarkdown(clip(sentence, LONGEST.step))}. ${escapeMarkdown(clip(advice, LONGEST.step))}.`,
    );
  return ['### Why', lines.join('\n')].join('\n\n');
}

/** How stale stored statuses were, and what to deploy; the SQL is folded away. */
function freshness(data: ReportData): string {
  const words = freshnessWords(data);
  if (!words || !data.freshness) return '';
  const everyMs = data.freshness.every_ms;
  const rows = freshnessRows(data.freshness).map(
    (row) =>
      `| ${policyInWords(row.policy, everyMs)} | ${row.direction} | ${formatCount(row.boundaries)} | ${bracketInWords(row.median)} | ${bracketInWords(row.p95)} | ${bracketInWords(row.longest)} | ${formatCount(row.still_stale)} |`,
  );
  return [
    '### Status at window boundaries',
    words.measured.map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n'),
    [
      '| Policy | Table is | Boundaries | Median | 95 % | Longest | Still stale at the end |',
      '| --- | --- | --- | --- | --- | --- | --- |',
      ...rows,
    ].join('\n'),
    escapeMarkdown([words.advice, ...words.remarks].join(' ')),
    ...(words.sql === null
      ? []
      : ['<details><summary>SQL to paste</summary>', codeBlock(words.sql, 'sql'), '</details>']),
  ].join('\n\n');
}

function withinBudget(stories: readonly string[]): string[] {
  let length = 0;
  const kept = stories.filter((story) => {
    length += story.length;
    return length <= EVIDENCE;
  });
  if (kept.length === stories.length) return kept;
  return [...kept, `The evidence of ${stories.length - kept.length} more is in report.html.`];
}

function evidence(
  { id, violations, violation_count }: InvariantResult,
  entries: ReturnType<typeof reproEntries>,
): string {
  const [first] = violations;
  if (!first) return '';
  const steps = first.steps.slice(0, MOST.steps).map(({ at, text }, index) => {
    const time = at === null ? '' : `${codeSpan(formatClock(at))} `;
    return `${index + 1}. ${time}${escapeMarkdown(clip(text, LONGEST.step))}`;
  });
  if (first.steps.length > MOST.steps)
    steps.push(`${MOST.steps + 1}. … and ${first.steps.length - MOST.steps} more`);
  return [
    `### ${codeSpan(id)} is broken`,
    `${escapeMarkdown(clip(first.title, LONGEST.title))}${violation_count > 1 ? ` (the first of ${formatCount(violation_count)})` : ''}`,
    steps.join('\n'),
    'Provoke it again:',
    codeBlock(first.repro, 'sh'),
    ...violations.slice(0, MOST.replays).flatMap((violation) => replayed(entries.get(violation))),
  ].join('\n\n');
}

/** Whether a violation was provoked again by its calls alone, on a fresh copy, and the script that does it. */
function replayed(entry: ViolationRepro | undefined): string[] {
  if (!entry) return [];
  const script = entry.script === null ? '' : `, ${codeSpan(entry.script)}`;
  return [`Violation ${entry.number}, by its calls alone: ${escapeMarkdown(resultInWords(entry))}${script}`];
}

function bullets(title: string, lines: readonly string[], more = 0): string[] {
  if (lines.length === 0) return [];
  const items = lines.map((line) => `- ${escapeMarkdown(clip(line, LONGEST.warning))}`);
  if (more > 0) items.push(`- … and ${more} more`);
  return [`**${title}**`, items.join('\n')];
}

function counts({ verdict, manifest }: ReportData): string {
  const classes = Object.entries(verdict.operations.by_class).map(
    ([name, count]) => `${formatCount(count)} ${name}`,
  );
  const calls = `${plural(verdict.operations.total, 'call')}${classes.length > 0 ? `: ${classes.join(', ')}` : ''}`;
  if (!manifest) return `<sub>${escapeMarkdown(calls)}</sub>`;
  const { seed, profile, target, harness, isolation } = manifest;
  const facts = [
    calls,
    `seed ${seed}, profile ${profile}`,
    target.description,
    ...(isolation ? [`functions ${isolation.fingerprint.slice(0, 12)}`] : []),
    ...(harness.commit
      ? [`harness ${harness.commit.slice(0, 10)}${harness.dirty === true ? ' with local changes' : ''}`]
      : []),
  ];
  return `<sub>${facts.map(escapeMarkdown).join(' · ')}</sub>`;
}
