import { type Distribution, distribution } from '../../contracts/percentile.ts';
import { formatDuration } from '../format.ts';
import type { Html } from '../html/html.ts';
import { type Buckets, bucketMiddle, bucketsEnd } from '../statistics/buckets.ts';
import type { FaultBand } from '../statistics/fault-bands.ts';
import { latencyOverTime } from '../statistics/over-time.ts';
import type { PlacedCall } from '../statistics/scenario-timeline.ts';
import { behind, drawChart, grid, legend, linePoints, timeAxis, valueAxis } from './svg-chart.ts';

const lines: readonly {
  name: 'p50' | 'p95' | 'p99';
  colour: string;
  dash: string | number[];
  width: number;
}[] = [
  { name: 'p99', colour: 'var(--series-2)', dash: [1, 3], width: 2 },
  { name: 'p95', colour: 'var(--series-3)', dash: [6, 3], width: 1.75 },
  { name: 'p50', colour: 'var(--series-1)', dash: 'solid', width: 2.5 },
];

/** From this ratio of slowest to typical call on, the axis is logarithmic: one outlier would flatten all the rest. */
const LOGARITHMIC_FROM = 100;

export interface LatencyChart {
  svg: Html;
  logarithmic: boolean;
}

/** Percentiles of the latency of one function over time. */
export function drawLatency(
  id: string,
  name: string,
  calls: readonly PlacedCall[],
  buckets: Buckets,
  bands: readonly FaultBand[] = [],
): LatencyChart {
  const slices = latencyOverTime(calls, buckets);
  const all = distribution(calls.map((call) => call.end - call.start));
  const logarithmic = all !== null && all.p50 > 0 && all.max / all.p50 >= LOGARITHMIC_FROM;
  const svg = drawChart(id, describe(name, all), {
    legend: { ...legend, data: ['p50', 'p95', 'p99'] },
    grid,
    xAxis: timeAxis(bucketsEnd(buckets)),
    yAxis: valueAxis(' ms', logarithmic ? { type: 'log', min: undefined } : {}),
    series: lines.map(({ name: line, colour, dash, width }, place) => ({
      ...(place === 0 ? behind(bands) : {}),
      type: 'line',
      name: line,
      data: linePoints(
        slices.map((slice, index) => [bucketMiddle(buckets, index) / 1000, slice ? slice[line] : null]),
      ),
      symbol: 'none',
      itemStyle: { color: colour },
      lineStyle: { color: colour, type: dash, width },
    })),
  });
  return { svg, logarithmic };
}

function describe(name: string, all: Distribution | null): string {
  if (!all) return `Latency of ${name}: no calls`;
  return `Latency of ${name} over time. Over all ${all.count} calls: median ${formatDuration(all.p50)}, 95th percentile ${formatDuration(all.p95)}, 99th ${formatDuration(all.p99)}, longest ${formatDuration(all.max)}`;
}
