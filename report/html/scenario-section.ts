import { faultKinds } from '../../contracts/faults.ts';
import { distribution } from '../../contracts/percentile.ts';
import type { ScenarioName } from '../../contracts/thresholds.ts';
import { definitionOf } from '../../plan/scenarios.ts';
import { drawHeatMap } from '../charts/heat-map.ts';
import { drawLatency } from '../charts/latency.ts';
import { drawOutcomes } from '../charts/outcomes.ts';
import { drawRoundSpread } from '../charts/round-spread.ts';
import { drawConcurrency, drawThroughput } from '../charts/throughput.ts';
import { formatCount, formatDuration, formatWallTime, plural } from '../format.ts';
import type { ReportData } from '../report-data.ts';
import { type Buckets, bucketsOf } from '../statistics/buckets.ts';
import { type FaultBand, faultBands } from '../statistics/fault-bands.ts';
import { roundSpreads } from '../statistics/over-time.ts';
import { groupBy, type PlacedCall, type ScenarioTimeline } from '../statistics/scenario-timeline.ts';
import { smallFigure } from './figure.ts';
import { freshnessFigure } from './freshness-figure.ts';
import { type Html, html } from './html.ts';
import type { Section } from './page.ts';
import { statusFigure } from './status-figure.ts';
import { dataTable } from './table.ts';

/** Fewer are told by the table; over time they would be a few dots. */
const FEWEST_CALLS = 20;

/** How the load of one scenario went: in numbers, then over time. */
export function scenarioSection(timeline: ScenarioTimeline, data: ReportData): Section {
  const { scenario, calls, span, origin, unanchored } = timeline;
  // The name is data: ids must be of our own making.
  const id = `scenario-${scenario.replace(/[^\w-]/g, '_')}`;
  const bands = faultBands(timeline, data.faults);
  const buckets = bucketsOf(span, rhythmOf(scenario, data));
  // Arrivals are no rounds: their calls are not meant to start together.
  const together = definitionOf(scenario as ScenarioName)?.contends === 'rounds';
  const spreads = together ? roundSpreads(calls) : [];
  const functions = [...groupBy(calls, ({ operation }) => operation.f)];
  const latencies = functions
    .filter(([, own]) => own.length >= FEWEST_CALLS)
    .map(([name, own]) => ({ name, ...drawLatency(`${id}-${name}`, name, own, buckets, bands) }));
  const heat = heatMapOf(functions, buckets);
  const body = html`<p>${plural(calls.length, 'call')} in ${formatDuration(span)}${origin !== null && html`; 0 s is ${formatWallTime(Math.round(origin))}`}. Each point stands for the calls that ended within ${formatDuration(buckets.width)}.${unanchored.length > 0 && html` The clock of ${unanchored.join(', ')} is not tied to the wall clock: its calls are placed as if they had begun with the first one.`}</p>
${data.verdict.measurements.filter((each) => each.scenario === scenario).map(({ sentence }) => html`<p><strong>Measured:</strong> ${sentence}.</p>`)}
${bands.length > 0 && faultsOf(scenario, bands)}
${numbers(scenario, functions)}
<div class="figures">
${smallFigure('Outcomes', drawOutcomes(`${id}-outcomes`, calls, buckets, bands), 'calls per second by class, stacked')}
${smallFigure('Throughput', drawThroughput(`${id}-throughput`, calls, buckets, bands), 'calls per second, and those that took effect')}
${latencies.map(({ name, svg, logarithmic }) =>
  smallFigure(`Latency of ${name}`, svg, `percentiles${logarithmic ? ', logarithmic scale' : ''}`),
)}
${heat}
${smallFigure('Under way at once', drawConcurrency(`${id}-concurrency`, calls, buckets), 'most calls between request and answer')}
${spreads.length > 0 && smallFigure('Spread of starts', drawRoundSpread(`${id}-spread`, spreads), 'by round, from the first contender’s start to the last one’s')}
</div>
${freshnessFigure(timeline, data) ?? statusFigure(timeline, data)}`;
  return { id, title: `Scenario ${scenario}`, body };
}

/** Of the function under test; where it was hardly called, of the one that was called most. */
function heatMapOf(functions: readonly [string, PlacedCall[]][], buckets: Buckets): Html | null {
  const enough = functions.filter(([, calls]) => calls.length >= FEWEST_CALLS);
  const [busiest] = [...enough].sort(([, a], [, b]) => b.length - a.length);
  const [name, calls] = enough.find(([f]) => f === 'assign') ?? busiest ?? ['', []];
  const drawn = drawHeatMap(name, calls, buckets);
  if (!drawn) return null;
  return smallFigure(
    `Heat map of ${name}`,
    drawn.svg,
    `latency over time, logarithmic scale; the stronger, the more calls, up to ${formatCount(drawn.most)}`,
  );
}

/** The faults, with the numbers that they have in the charts. */
function faultsOf(scenario: string, bands: readonly FaultBand[]): Html {
  return dataTable(
    `Faults injected into ${scenario}`,
    [
      { title: 'No.', numeric: true },
      { title: 'Fault' },
      { title: 'From', numeric: true },
      { title: 'For', numeric: true },
      { title: 'Hit', numeric: true },
    ],
    bands.map(({ number, kind, from, to, hit }) => [
      String(number),
      html`<code>${kind}</code>: ${faultKinds[kind]}`,
      formatDuration(from),
      formatDuration(to - from),
      hit === null ? 'all' : formatCount(hit),
    ]),
  );
}

/** The charts' content in words: they must not be the only place for it. */
function numbers(scenario: string, functions: readonly [string, PlacedCall[]][]): Html {
  const columns = ['Function', 'Calls', 'Acknowledged', 'Median', '95 %', '99 %', 'Longest'];
  return dataTable(
    `Latency of ${scenario} by function`,
    columns.map((title, index) => ({ title, numeric: index > 0 })),
    functions.map(([name, calls]) => {
      const all = distribution(calls.map((call) => call.end - call.start));
      const effective = calls.filter(({ operation }) => operation.type === 'ok').length;
      const times = all ? [all.p50, all.p95, all.p99, all.max].map(formatDuration) : [];
      return [html`<code>${name}</code>`, formatCount(calls.length), formatCount(effective), ...times];
    }),
  );
}

/** Milliseconds between rounds or polls, when the plan tells. */
function rhythmOf(scenario: string, { plan }: ReportData): number | null {
  const settings = plan?.scenarios[scenario as ScenarioName]?.settings;
  if (!settings) return null;
  if ('poll_interval_ms' in settings) return settings.poll_interval_ms;
  return 'period_ms' in settings && settings.period_ms > 0 ? settings.period_ms : null;
}
