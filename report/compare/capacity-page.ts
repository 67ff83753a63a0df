import type { CapacityComparison } from '../../contracts/capacity-comparison.ts';
import { formatDuration } from '../format.ts';
import { renderDocument } from '../html/document.ts';
import { html } from '../html/html.ts';
import { dataTable } from '../html/table.ts';

/** The comparison of two capacities as one file. */
export function renderCapacityComparisonPage(comparison: CapacityComparison): Promise<string> {
  const { a, b, rates, caveats, headline } = comparison;
  const rate = (value: number | null): string => (value === null ? 'none' : `${Number(value.toFixed(2))}/s`);
  const latency = (value: number | null): string => (value === null ? 'no answer' : formatDuration(value));
  return renderDocument(
    `${b.run} against ${a.run} · table-stress capacity`,
    html`<main id="main">
<h1>Capacity ${b.run} against ${a.run}</h1>
<p class="headline">${headline}.</p>
${caveats.length > 0 && html`<ul class="warnings">${caveats.map((each) => html`<li>${each}</li>`)}</ul>`}
${dataTable(
  'What each carries',
  [{ title: '' }, { title: 'A', numeric: true }, { title: 'B', numeric: true }],
  [
    ['Rate', rate(a.rate), rate(b.rate)],
    ['Held up to', rate(a.low), rate(b.low)],
    ['Broke from', a.high === null ? 'no bound' : rate(a.high), b.high === null ? 'no bound' : rate(b.high)],
    ['Limit', a.limit ?? 'none seen', b.limit ?? 'none seen'],
  ],
)}
${
  rates.length > 0 &&
  dataTable(
    '95th percentile of the latency at rates that both have',
    [{ title: 'Offered' }, { title: 'A', numeric: true }, { title: 'B', numeric: true }],
    rates.map((each) => [rate(each.rate), latency(each.a), latency(each.b)]),
  )
}
</main>`,
  );
}
