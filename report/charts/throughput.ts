import { formatCount } from '../format.ts';
import type { Html } from '../html/html.ts';
import { type Buckets, bucketMiddle, bucketsEnd } from '../statistics/buckets.ts';
import type { FaultBand } from '../statistics/fault-bands.ts';
import { concurrencyOverTime, rateOverTime } from '../statistics/over-time.ts';
import type { PlacedCall } from '../statistics/scenario-timeline.ts';
import { behind, drawChart, grid, legend, linePoints, timeAxis, valueAxis } from './svg-chart.ts';

const series = (name: string, colour: string, dash: string | number[], data: [number, number][]): object => ({
  type: 'line',
  name,
  data: linePoints(data),
  symbol: 'none',
  itemStyle: { color: colour },
  lineStyle: { color: colour, type: dash, width: 2 },
});

/** Calls per second, and those of them that took effect. */
export function drawThroughput(
  id: string,
  calls: readonly PlacedCall[],
  buckets: Buckets,
  bands: readonly FaultBand[] = [],
): Html {
  const points = (rates: readonly number[]): [number, number][] =>
    rates.map((rate, index) => [bucketMiddle(buckets, index) / 1000, rate]);
  const effective = calls.filter(({ operation }) => operation.type === 'ok');
  const all = rateOverTime(calls, buckets);
  const label = `Throughput over time: up to ${formatCount(Math.round(Math.max(...all)))} calls per second; ${effective.length} of ${calls.length} calls were acknowledged`;
  return drawChart(id, label, {
    legend,
    grid,
    xAxis: timeAxis(bucketsEnd(buckets)),
    yAxis: valueAxis('/s'),
    series: [
      { ...series('all calls', 'var(--series-1)', 'solid', points(all)), ...behind(bands) },
      series('acknowledged', 'var(--series-3)', [6, 3], points(rateOverTime(effective, buckets))),
    ],
  });
}

/** The most calls under way at once. */
export function drawConcurrency(id: string, calls: readonly PlacedCall[], buckets: Buckets): Html {
  const most = concurrencyOverTime(calls, buckets);
  return drawChart(id, `Calls under way at once, over time: up to ${Math.max(...most)}`, {
    legend: { show: false },
    grid: { ...grid, top: 12, outerBounds: { ...grid.outerBounds, top: 12 } },
    xAxis: timeAxis(bucketsEnd(buckets)),
    yAxis: valueAxis('', { minInterval: 1 }),
    series: [
      {
        type: 'line',
        step: 'middle',
        symbol: 'none',
        data: most.map((count, index) => [bucketMiddle(buckets, index) / 1000, count]),
        lineStyle: { color: 'var(--series-1)', width: 2 },
        areaStyle: { color: 'var(--series-1)', opacity: 0.14 },
      },
    ],
  });
}
