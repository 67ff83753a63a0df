import { percentile } from '../../contracts/percentile.ts';
import { drawStatusLanes } from '../charts/status-timeline.ts';
import type { evenScale } from '../charts/time-scale.ts';
import { formatCount, formatDuration, plural } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import type { ScenarioTimeline } from '../statistics/scenario-timeline.ts';
import type { ClockOffset } from '../statistics/status-changes.ts';
import { chooseLanes, type StatusLag, staleReads, statusLags } from '../statistics/status-lag.ts';
import { type StatusLane, statusLanes } from '../statistics/status-lanes.ts';
import { wideFigure } from './figure.ts';
import { type Html, html } from './html.ts';
import { dataTable } from './table.ts';

/** Tables that are drawn; the numbers below the drawing are over all. */
const MOST_LANES = 4;

/** How far stored status lagged behind the rule; null when no status was read across a change. */
export function statusFigure(timeline: ScenarioTimeline, data: ReportData): Html | null {
  const lanes = lanesOf(timeline, data);
  if (lanes.length === 0) return null;
  return html`<h3>Status over time</h3>
<p>${staleSentence(lanes, false)} ${staleSentence(lanes, true)}</p>
${drawnLanes(chooseLanes(lanes, MOST_LANES), lanes.length, timeline.span)}
${lagTable(statusLags(lanes))}`;
}

/** @param policies who refreshes which table, in words */
export function lanesOf(
  timeline: ScenarioTimeline,
  data: ReportData,
  policies?: ReadonlyMap<string, string>,
): StatusLane[] {
  const clock = clockOf(timeline, data);
  return clock ? statusLanes(timeline, clock, policies) : [];
}

/** The drawing of some of all lanes, with what its marks mean. */
export function drawnLanes(
  chosen: readonly StatusLane[],
  all: number,
  span: number,
  scaleOf?: typeof evenScale,
): Html {
  return wideFigure(
    chosen.length < all ? `${chosen.length} of ${all} tables` : plural(all, 'table'),
    drawStatusLanes(chosen, span, scaleOf),
    html`<strong>rule</strong>: what the acknowledged calls and their windows give. <strong>stored</strong>: what reads showed; a triangle marks one that shows something else than the rule gave, a tick one that agrees. <strong>refreshes</strong>: a diamond each. Dashed: the rule changes. ${key}`,
  );
}

const key = html`<span class="key">${['available', 'reserved', 'occupied'].map(
  (status) => html`<span><i class="swatch swatch-${status}"></i>${status}</span> `,
)}</span>`;

function staleSentence(lanes: readonly StatusLane[], refreshed: boolean): string {
  const { stale, judged } = staleReads(lanes, refreshed);
  const which = refreshed ? 'reads right after a refresh' : 'reads without a refresh';
  if (judged === 0) return `There were no ${which}.`;
  const share = stale === 0 ? '' : ` (${((100 * stale) / judged).toFixed(1)} %)`;
  return `Of ${formatCount(judged)} ${which}, ${formatCount(stale)}${share} showed something else than the rule gave.`;
}

function lagTable(lags: readonly StatusLag[]): Html {
  return dataTable(
    'From a change of the rule to the first read that shows it; the true lag is at most that',
    [
      { title: 'Change' },
      { title: 'Reads' },
      { title: 'Changes', numeric: true },
      { title: 'Median', numeric: true },
      { title: 'Longest', numeric: true },
      { title: 'Never seen', numeric: true },
    ],
    lags.map(({ change, refreshed, changes, lags: found, unseen }) => [
      change,
      refreshed ? 'after refresh' : 'staff saw',
      changes,
      found.length > 0 ? formatDuration(percentile(found, 0.5)) : '–',
      found.length > 0 ? formatDuration(percentile(found, 1)) : '–',
      unseen,
    ]),
  );
}

/** null when windows, which are on the database's clock, cannot be placed among the calls. */
function clockOf(
  { origin, unanchored }: ScenarioTimeline,
  { manifest, history }: ReportData,
): ClockOffset | null {
  const clock = manifest?.database_clock;
  if (!clock || origin === null || unanchored.length > 0) return null;
  const anchors = [...(history?.anchors.values() ?? [])].map((anchor) => anchor.error_ms);
  return { offset_ms: clock.offset_ms, error_ms: clock.error_ms + Math.max(0, ...anchors) };
}
