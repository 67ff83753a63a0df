import { distribution } from '../../contracts/percentile.ts';
import { formatDuration } from '../format.ts';
import type { Html } from '../html/html.ts';
import type { RoundSpread } from '../statistics/over-time.ts';
import { drawChart, grid, legend, valueAxis } from './svg-chart.ts';

/** More bars would be thinner than a pixel. */
const MOST_BARS = 120;

/** How far apart the contenders of each round started; of long runs the widest of several rounds each. */
export function drawRoundSpread(id: string, spreads: readonly RoundSpread[]): Html {
  const step = Math.ceil(spreads.length / MOST_BARS);
  const bars = Array.from({ length: Math.ceil(spreads.length / step) }, (_, index) => {
    const part = spreads.slice(index * step, (index + 1) * step);
    return { round: part[0]?.round ?? 0, widest: Math.max(...part.map((each) => each.spread)) };
  });
  const all = distribution(spreads.map((each) => each.spread));
  const label = `How far apart the contenders of a round started, in ${spreads.length} rounds: median ${formatDuration(all?.p50 ?? 0)}, 95th percentile ${formatDuration(all?.p95 ?? 0)}, at most ${formatDuration(all?.max ?? 0)}`;
  return drawChart(id, label, {
    legend: { ...legend, show: false },
    grid: { ...grid, top: 12, outerBounds: { ...grid.outerBounds, top: 12 } },
    xAxis: {
      type: 'category',
      data: bars.map(({ round }) => String(round)),
      axisLabel: { color: 'var(--muted)', hideOverlap: true },
      axisLine: { lineStyle: { color: 'var(--rule)' } },
      axisTick: { show: false },
    },
    yAxis: valueAxis(' ms'),
    series: [
      {
        type: 'bar',
        barCategoryGap: '25%',
        data: bars.map(({ widest }) => widest),
        itemStyle: { color: 'var(--series-1)' },
      },
    ],
  });
}
