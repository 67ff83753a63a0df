import { type FreshnessRow, freshnessRows } from '../../verify/freshness/rows.ts';
import { policyInWords } from '../../verify/freshness/words.ts';
import { hourScale } from '../charts/time-scale.ts';
import { formatCount, formatWallTime } from '../format.ts';
import { bracketInWords, freshnessWords, resolutionInWords } from '../freshness-words.ts';
import type { ReportData } from '../report-data.ts';
import type { ScenarioTimeline } from '../statistics/scenario-timeline.ts';
import type { StatusLane } from '../statistics/status-lanes.ts';
import { steppedLanes } from '../statistics/stepped-lanes.ts';
import { type Html, html } from './html.ts';
import { drawnLanes, lanesOf } from './status-figure.ts';
import { dataTable } from './table.ts';

/** How stale stored statuses were at boundaries under each refresh policy; null when that was not measured. */
export function freshnessFigure(timeline: ScenarioTimeline, data: ReportData): Html | null {
  const words = freshnessWords(data);
  const { freshness } = data;
  if (!words || !freshness || timeline.scenario !== 'window-boundary') return null;
  return html`<h3>Status at window boundaries</h3>
<ul>${words.measured.map((sentence) => html`<li>${sentence}</li>`)}</ul>
<p><strong>${words.advice}</strong></p>
${words.sql && html`<pre tabindex="0"><code>${words.sql}</code></pre>`}
${words.remarks.map((sentence) => html`<p>${sentence}</p>`)}
${staleTable(freshnessRows(freshness), freshness.every_ms)}
<p>${resolutionInWords(data)}${freshness.unchanged > 0 && html` At ${formatCount(freshness.unchanged)} more boundaries the stored status had nothing to change: it was already what the rule gives.`}</p>
${pictures(timeline, data)}`;
}

function staleTable(rows: readonly FreshnessRow[], everyMs: number): Html {
  return dataTable(
    'From a boundary of a window to the stored status that the rule gives',
    [
      { title: 'Policy' },
      { title: 'Table is' },
      { title: 'Boundaries', numeric: true },
      { title: 'Median', numeric: true },
      { title: '95 %', numeric: true },
      { title: 'Longest', numeric: true },
      { title: 'Wrong reads', numeric: true },
      { title: 'Not refreshed', numeric: true },
      { title: 'Still stale at the end', numeric: true },
    ],
    rows.map((row) => [
      policyInWords(row.policy, everyMs),
      row.direction,
      formatCount(row.boundaries),
      bracketInWords(row.median),
      bracketInWords(row.p95),
      bracketInWords(row.longest),
      formatCount(row.stale_reads),
      formatCount(row.not_refreshed),
      `${formatCount(row.still_stale)} (${Math.round((100 * row.still_stale) / row.boundaries)} %)`,
    ]),
  );
}

function pictures(timeline: ScenarioTimeline, data: ReportData): Html | null {
  const { freshness } = data;
  if (!freshness) return null;
  const stepped = steppedLanes(freshness);
  if (stepped) {
    const { lanes, start, span } = stepped;
    return html`<p>Some hours of the virtual clock, from ${formatWallTime(start)} on; hours below are UTC.</p>
${drawnLanes(lanes, freshness.stepped?.courses.length ?? lanes.length, span, hourScale(start))}`;
  }
  const policies = new Map(
    freshness.measured.map(({ table, policy }) => [table, policyInWords(policy, freshness.every_ms)]),
  );
  const lanes = lanesOf(timeline, data, policies);
  return lanes.length === 0 ? null : drawnLanes(ofEachPolicy(lanes), lanes.length, timeline.span);
}

/** Two of each policy: one whose guests came, where there is one, and one whose guests did not. */
function ofEachPolicy(lanes: readonly StatusLane[]): StatusLane[] {
  const kinds = new Map<string, StatusLane>();
  for (const lane of lanes) {
    const kind = `${lane.policy} ${lane.changes.some(({ after }) => after === 'occupied')}`;
    if (!kinds.has(kind)) kinds.set(kind, lane);
  }
  return [...kinds].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, lane]) => lane);
}
