import type { Comparison } from '../../contracts/comparison.ts';
import { drawRatios } from '../charts/ratios.ts';
import { formatDuration } from '../format.ts';
import { renderDocument } from '../html/document.ts';
import { wideFigure } from '../html/figure.ts';
import { html } from '../html/html.ts';
import { dataTable } from '../html/table.ts';

/** The comparison of two runs as one file. */
export function renderComparisonPage(comparison: Comparison): Promise<string> {
  const { runs, headline, caveats, verdicts, latencies, rates, measurements } = comparison;
  return renderDocument(
    `${runs.b.run} against ${runs.a.run} · table-stress`,
    html`<main id="main">
<h1>Run ${runs.b.run} against run ${runs.a.run}</h1>
<p class="headline">${headline}.</p>
${caveats.length > 0 && html`<ul class="warnings">${caveats.map((each) => html`<li>${each}</li>`)}</ul>`}
${
  verdicts.length > 0 &&
  dataTable(
    'Promises with another verdict',
    [{ title: 'Promise' }, { title: 'A' }, { title: 'B' }],
    verdicts.map(({ id, a, b }) => [html`<code>${id}</code>`, a ?? 'not covered', b ?? 'not covered']),
  )
}
${latencies.length > 0 && wideFigure('Median latency, B divided by A', drawRatios(latencies), 'with 95 % intervals within the runs; left of the line B is faster, right of it slower')}
${dataTable(
  'Latencies',
  [
    { title: 'Calls' },
    ...['A: number', 'B: number', 'A: median', 'B: median', 'A: 95 %', 'B: 95 %', 'B/A'].map((title) => ({
      title,
      numeric: true,
    })),
  ],
  latencies.map(({ scenario, f, calls, p50, p95, ratio }) => [
    html`${scenario} <code>${f}</code>`,
    String(calls.a),
    String(calls.b),
    ...[p50.a, p50.b, p95.a, p95.b].map(formatDuration),
    ratio.estimate.toFixed(2),
  ]),
)}
${dataTable(
  'Calls per second',
  [{ title: 'Scenario' }, { title: 'A', numeric: true }, { title: 'B', numeric: true }],
  rates.map(({ scenario, a, b }) => [scenario, a.toFixed(1), b.toFixed(1)]),
)}
${
  measurements.length > 0 &&
  dataTable(
    'Measured',
    [{ title: 'What' }, { title: 'A', numeric: true }, { title: 'B', numeric: true }],
    measurements.map(({ scenario, name, a, b }) => [
      `${scenario}: ${name}`,
      a?.toFixed(2) ?? 'none',
      b?.toFixed(2) ?? 'none',
    ]),
  )
}
</main>`,
  );
}
