import type { ResultClass } from '../../history/operation.ts';
import type { Html } from '../html/html.ts';
import { type Buckets, bucketMiddle, bucketsEnd } from '../statistics/buckets.ts';
import type { FaultBand } from '../statistics/fault-bands.ts';
import { ratesByClass } from '../statistics/over-time.ts';
import type { PlacedCall } from '../statistics/scenario-timeline.ts';
import { behind, drawChart, grid, legend, SMALL, timeAxis, valueAxis } from './svg-chart.ts';

/** A pattern for each class, since colour alone does not reach everybody. */
const decals: Record<ResultClass, object> = {
  ok: { symbol: 'none' },
  conflict: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
  refusal: {
    symbol: 'circle',
    dashArrayX: [
      [6, 6],
      [0, 6, 6, 0],
    ],
    dashArrayY: [6, 0],
    symbolSize: 0.5,
  },
  transient: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [2, 4], rotation: -Math.PI / 4 },
  overload: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: 0 },
  connection: { symbol: 'rect', dashArrayX: [1, 0], dashArrayY: [3, 3], rotation: Math.PI / 2 },
  setup: { symbol: 'triangle', dashArrayX: [9, 9], dashArrayY: [9, 0], symbolSize: 0.7 },
  unexpected: { symbol: 'diamond', dashArrayX: [8, 8], dashArrayY: [8, 0], symbolSize: 0.8 },
};

/** About what the axis leaves of the picture, for the width of the bars. */
const PLOT_WIDTH = SMALL.width - 60;

/** Calls per second by how they ended, stacked: the height of all is the throughput. */
export function drawOutcomes(
  id: string,
  calls: readonly PlacedCall[],
  buckets: Buckets,
  bands: readonly FaultBand[] = [],
): Html {
  const groups = ratesByClass(calls, buckets);
  const counts = groups.map(
    ({ name }) => `${calls.filter(({ operation }) => operation.class === name).length} ${name}`,
  );
  return drawChart(id, `Calls per second by outcome, stacked. In all: ${counts.join(', ')}`, {
    aria: { enabled: true, label: { enabled: false }, decal: { show: true } },
    legend: { ...legend, itemWidth: 16, itemHeight: 12 },
    grid,
    xAxis: timeAxis(bucketsEnd(buckets)),
    yAxis: valueAxis('/s'),
    series: groups.map(({ name, rates }, index) => ({
      ...(index === 0 ? behind(bands) : {}),
      type: 'bar',
      name,
      stack: 'outcomes',
      barWidth: Math.max(1, (0.8 * PLOT_WIDTH) / buckets.count),
      data: rates.map((rate, bucket) => [bucketMiddle(buckets, bucket) / 1000, rate]),
      itemStyle: {
        color: `var(--class-${name})`,
        decal: { color: 'rgba(255,255,255,0.55)', ...decals[name] },
      },
    })),
  });
}
