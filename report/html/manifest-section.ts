import type { Manifest } from '../../contracts/manifest.ts';
import { formatDuration, formatWallTime } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { type Html, type HtmlValue, html } from './html.ts';
import type { Section } from './page.ts';
import { dataTable } from './table.ts';

/** What was tested, with what; null when the run has no manifest. */
export function manifestSection({ manifest }: ReportData): Section | null {
  if (!manifest) return null;
  return {
    id: 'manifest',
    title: 'What was tested',
    body: html`<dl class="manifest">${entries(manifest).map(([name, value]) => html`<div><dt>${name}</dt><dd>${value}</dd></div>\n`)}</dl>
${manifest.runs.length > 0 && scenarioRuns(manifest)}
${manifest.isolation && manifest.isolation.functions.length > 0 && functions(manifest.isolation)}
${manifest.time_limits && html`<details><summary>Time limits of each role</summary><pre tabindex="0"><code>${manifest.time_limits.join('\n')}</code></pre></details>`}
${manifest.isolation && manifest.isolation.findings.length > 0 && findings(manifest.isolation)}
<details><summary>Thresholds of this run</summary><pre tabindex="0"><code>${JSON.stringify(manifest.thresholds, null, 2) ?? 'none'}</code></pre></details>`,
  };
}

function entries(manifest: Manifest): [string, HtmlValue][] {
  const { harness, isolation, database_clock: clock } = manifest;
  return [
    ['Run', html`<code>${manifest.run}</code>`],
    ['Command', html`<code>table-stress ${manifest.command.join(' ')}</code>`],
    ['Seed', html`<code>${manifest.seed}</code>`],
    ['Started', formatWallTime(manifest.started_at)],
    ['Ended', manifest.ended_at === null ? 'did not come to its end' : formatWallTime(manifest.ended_at)],
    ['Target', manifest.target.description],
    ...loadGenerators(manifest),
    ['Built-in defect', manifest.broken ?? 'none'],
    [
      'Schema',
      isolation
        ? html`<code>${isolation.schema}</code>, ${isolation.cloned ? html`a clone of <code>${isolation.source ?? 'unknown'}</code>` : 'as deployed'}${isolation.clock === 'virtual' && ', with a virtual clock'}`
        : 'not reached',
    ],
    [
      'Deployed functions',
      isolation
        ? html`fingerprint <code>${isolation.fingerprint}</code>${sinceLastRun(isolation)}`
        : 'not reached',
    ],
    [
      'Versions',
      Object.entries(manifest.versions)
        .map(([name, version]) => `${name} ${version}`)
        .join(', ') || 'not read',
    ],
    [
      'Harness',
      html`${harness.version}, commit <code>${harness.commit ?? 'unknown'}</code>${harness.dirty === true && ' with local changes'}, Node ${harness.node}, ${harness.platform}`,
    ],
    [
      'Database clock',
      clock
        ? `${clock.offset_ms.toFixed(1)} ms off this machine’s, ± ${clock.error_ms.toFixed(1)} ms`
        : 'not compared',
    ],
  ];
}

function sinceLastRun({
  fingerprint,
  previous_fingerprint,
  functions: { length: compared },
}: NonNullable<Manifest['isolation']>): string {
  if (compared === 0) return ' of those that the clone was made from; not compared with what is deployed now';
  if (previous_fingerprint === null) return '';
  return fingerprint === previous_fingerprint ? ', as in the run before' : ', changed since the run before';
}

/** What behaves differently in the clone, or was allowed to stay. */
function findings({ findings: all }: NonNullable<Manifest['isolation']>): Html {
  return html`<details><summary>Notes on the clone: ${all.length}</summary>${dataTable(
    'Notes on the clone',
    [{ title: 'Object' }, { title: 'Line', numeric: true }, { title: 'Kind' }, { title: 'Reason' }],
    all.map(({ object, line, kind, text, reason }) => [
      html`<code>${object}</code>`,
      line === null ? '–' : `${line}`,
      kind === 'leftover' ? 'allowed by name' : 'note',
      reason.includes(text) ? reason : html`${reason}: <code>${text}</code>`,
    ]),
  )}</details>`;
}

/** Nothing where each scenario had one, here: that is what a reader expects. */
function loadGenerators({ load, runs }: Manifest): [string, HtmlValue][] {
  if (load.runners === 1 && load.where === 'here') return [];
  const errors = runs.flatMap(({ clock }) => clock?.error_ms ?? []);
  const known =
    errors.length === 0 ? '' : `, clocks known to ± ${Math.max(...errors).toFixed(3)} ms at worst`;
  const where = load.where === 'here' ? 'on this machine' : 'elsewhere';
  return [['Load generators', `${load.runners} for each scenario, ${where}${known}`]];
}

function scenarioRuns({ runs, load }: Manifest): Html {
  const unknown = load.where === 'here' ? 'by a signal' : 'elsewhere';
  return dataTable(
    'Scenarios as they ran',
    [{ title: 'Scenario' }, { title: 'Started' }, { title: 'Took', numeric: true }, { title: 'Ended' }],
    runs.map(({ runner, started_at, ended_at, exit_code, aborted }) => [
      html`<code>${runner}</code>`,
      formatWallTime(started_at),
      ended_at === null ? '–' : formatDuration(Date.parse(ended_at) - Date.parse(started_at)),
      aborted ?? (exit_code === null ? unknown : `exit code ${exit_code}`),
    ]),
  );
}

function functions({ functions: deployed }: NonNullable<Manifest['isolation']>): Html {
  return html`<details><summary>${deployed.length} deployed functions with their hashes</summary>${dataTable(
    'Deployed functions',
    [{ title: 'Function' }, { title: 'Arguments' }, { title: 'SHA-256' }],
    deployed.map((each) => [
      html`<code>${each.name}</code>`,
      html`<span class="request">${each.arguments || 'none'}</span>`,
      html`<code title="${each.sha256}">${each.sha256.slice(0, 12)}…</code>`,
    ]),
  )}</details>`;
}
