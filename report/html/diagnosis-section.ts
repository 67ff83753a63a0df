import { causes, type ScenarioInsight } from '../../contracts/diagnosis.ts';
import { drawWaitGraph } from '../charts/wait-graph.ts';
import { clip, formatCount, formatDuration } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { wideFigure } from './figure.ts';
import { type Html, html } from './html.ts';
import type { Section } from './page.ts';
import { dataTable } from './table.ts';

/** What explains the run: causes first, then what was seen of locks and statements. Null when nobody explained it. */
export function diagnosisSection({ diagnosis }: ReportData): Section | null {
  if (!diagnosis) return null;
  const { findings, scenarios, not_observed, observing_share } = diagnosis;
  const insights = scenarios.filter(
    ({ waits, statements, cpu }) => waits.length > 0 || statements.length > 0 || cpu !== undefined,
  );
  if (findings.length === 0 && insights.length === 0 && not_observed.length === 0) return null;
  return {
    id: 'causes',
    title: 'Why',
    body: html`${
      findings.length === 0
        ? html`<p>Nothing stands out: no deadlock, no lock or row that calls for different tables share, no table read whole, no exhausted pool.</p>`
        : html`<ol class="causes">${findings.map(
            ({
              cause,
              scenario,
              sentence,
              evidence,
              advice,
            }) => html`<li><h3>${causes[cause]} <small>(${scenario})</small></h3>
<p>${sentence}.</p><ul>${evidence.map((line) => html`<li>${line}</li>`)}</ul><p><strong>What to do:</strong> ${advice}.</p></li>`,
          )}</ol>`
    }
${not_observed.length > 0 && html`<h3>Not observed</h3><ul>${not_observed.map(({ what, why, grant }) => html`<li>${what}: ${why}. What would show it: ${grant}.</li>`)}</ul>`}
${observing_share !== null && html`<p>Looking at the database took ${(observing_share * 100).toFixed(1)} % of the time of its own connection.</p>`}
${insights.map(insight)}`,
  };
}

function insight({ scenario, waits, graph, statements, deadlocks, cpu, limited_by }: ScenarioInsight): Html {
  return html`<details><summary>Locks, statements and CPU of ${scenario}${deadlocks ? `, ${formatCount(deadlocks)} deadlocks` : ''}</summary>
${cpu && html`<p>CPU, of all ${cpu.cores} cores of this machine: load generator ${shareInWords(cpu.generator)}, database ${shareInWords(cpu.database)}, all processes together ${shareInWords(cpu.machine)}.</p>`}
${limited_by && html`<p>The bottleneck: ${limited_by}.</p>`}
${waits.length > 0 && waitTable(scenario, waits)}
${graph.length > 0 && wideFigure(`Who waited for whom in ${scenario}`, drawWaitGraph(graph), 'at the moment when most did; numbers are process ids of the server, each waits for those to its left')}
${statements.length > 0 && statementTable(scenario, statements)}</details>`;
}

/** Wait time by lock: a bar for each, and the numbers. */
function waitTable(scenario: string, waits: ScenarioInsight['waits']): Html {
  const longest = Math.max(1, ...waits.map(({ waited_ms }) => waited_ms ?? 0));
  return dataTable(
    `Wait time of ${scenario} by lock, all calls together, from samples`,
    [
      { title: 'Waited for' },
      { title: 'Waited' },
      { title: 'In all', numeric: true },
      { title: 'Samples', numeric: true },
      { title: 'Longest', numeric: true },
    ],
    waits.map(({ lock, samples, longest_ms, waited_ms }) => [
      lock,
      typeof waited_ms === 'number' && bar(waited_ms / longest),
      duration(waited_ms ?? null),
      formatCount(samples),
      duration(longest_ms),
    ]),
  );
}

/** Its number is in the next cell, so it is nothing to read out. */
function bar(share: number): Html {
  return html`<svg class="bar" aria-hidden="true" viewBox="0 0 120 12" width="120" height="12"><rect width="${Math.max(1, Math.round(120 * share))}" height="12" rx="2" fill="var(--series-1)"/></svg>`;
}

function shareInWords(share: number | null): string {
  return share === null ? 'not observed' : `${(share * 100).toFixed(0)} %`;
}

function duration(ms: number | null): string {
  return ms === null ? 'not known' : formatDuration(ms);
}

function statementTable(scenario: string, statements: ScenarioInsight['statements']): Html {
  return dataTable(
    `Statements of ${scenario} by time`,
    [
      { title: 'Statement' },
      { title: 'Within a function' },
      { title: 'Calls', numeric: true },
      { title: 'Each', numeric: true },
      { title: 'In all', numeric: true },
    ],
    statements.map(({ query, toplevel, calls, total_ms }) => [
      html`<code>${clip(query, 160)}</code>`,
      toplevel === null ? 'not known' : toplevel ? 'no' : 'yes',
      formatCount(calls),
      formatDuration(total_ms / calls),
      formatDuration(total_ms),
    ]),
  );
}
