import { distribution } from '../../contracts/percentile.ts';
import { formatDuration, plural } from '../format.ts';
import { type Html, html } from '../html/html.ts';
import { type Buckets, bucketLength, bucketsEnd } from '../statistics/buckets.ts';
import { type LatencyHeat, latencyHeat } from '../statistics/latency-heat.ts';
import type { PlacedCall } from '../statistics/scenario-timeline.ts';
import { px } from './lane-frame.ts';
import { SMALL } from './svg-chart.ts';
import { evenScale } from './time-scale.ts';

const LEFT = 52;
const RIGHT = SMALL.width - 12;
const TOP = 8;
const BOTTOM = SMALL.height - 22;
/** A cell's shade tells the magnitude of its count; so many can be told apart. */
const SHADES = [0.14, 0.3, 0.48, 0.66, 0.83, 1];

export interface HeatMap {
  svg: Html;
  /** Calls in the fullest cell. */
  most: number;
}

/** Latencies of one function over time: a cell for each slice and each range of latencies, stronger the more calls. */
export function drawHeatMap(name: string, calls: readonly PlacedCall[], buckets: Buckets): HeatMap | null {
  const heat = latencyHeat(calls, buckets);
  if (!heat) return null;
  const scale = evenScale(bucketsEnd(buckets), LEFT, RIGHT);
  const rows = heat.edges.length - 1;
  const y = (row: number): number => BOTTOM - ((BOTTOM - TOP) * row) / rows;
  const paths = SHADES.map(() => '');
  heat.counts.forEach((column, slice) => {
    const from = scale.x(slice * buckets.width);
    const to = scale.x(slice * buckets.width + bucketLength(buckets, slice));
    column.forEach((count, row) => {
      if (count === 0) return;
      const shade = shadeOf(count, heat.most);
      paths[shade] += `M${px(from)} ${px(y(row + 1))}H${px(to)}V${px(y(row))}H${px(from)}z`;
    });
  });
  const svg = html`<svg role="img" aria-label="${describe(name, calls, heat)}" viewBox="0 0 ${SMALL.width} ${SMALL.height}" width="${SMALL.width}" height="${SMALL.height}" xmlns="http://www.w3.org/2000/svg">
<g stroke="var(--rule)" font-size="12">${ticksOf(heat.edges).map(
    ({ row, label }) =>
      html`<path d="M${LEFT} ${px(y(row))}H${RIGHT}"/><text x="${LEFT - 6}" y="${px(y(row) + 4)}" text-anchor="end" fill="var(--muted)" stroke="none">${label}</text>`,
  )}</g>
${paths.map((d, shade) => d !== '' && html`<path fill="var(--series-1)" fill-opacity="${SHADES[shade] ?? 1}" d="${d}"/>`)}
<g font-size="12" fill="var(--muted)">${thin(scale.ticks).map(
    ({ x, label }) =>
      html`<text x="${px(x)}" y="${SMALL.height - 5}" text-anchor="${x < LEFT + 10 ? 'start' : x > RIGHT - 20 ? 'end' : 'middle'}">${label}</text>`,
  )}</g>
</svg>`;
  return { svg, most: heat.most };
}

/** By the logarithm of the count: a single slow call must be seen beside a thousand fast ones. */
function shadeOf(count: number, most: number): number {
  if (most === 1) return SHADES.length - 1;
  return Math.round((Math.log(count) / Math.log(most)) * (SHADES.length - 1));
}

/** Powers of ten; the bounds themselves where there is none or one. */
function ticksOf(edges: readonly number[]): { row: number; label: string }[] {
  const tick = (row: number) => ({ row, label: formatDuration(Number((edges[row] ?? 0).toPrecision(2))) });
  const powers = [...edges.keys()].filter((row) => {
    const power = Math.log10(edges[row] ?? 1);
    return Math.abs(power - Math.round(power)) < 1e-9;
  });
  return powers.length > 1 ? powers.map(tick) : [tick(0), tick(edges.length - 1)];
}

/** Labels of a narrow drawing must not touch. */
function thin<T extends { x: number }>(ticks: readonly T[]): T[] {
  const [first, second] = ticks;
  const every = first && second ? Math.ceil(52 / (second.x - first.x)) : 1;
  return ticks.filter((_, index) => index % every === 0);
}

function describe(name: string, calls: readonly PlacedCall[], { edges, counts, most }: LatencyHeat): string {
  const all = distribution(calls.map(({ start, end }) => end - start));
  const byRow = edges.slice(1).map((_, row) => counts.reduce((sum, column) => sum + (column[row] ?? 0), 0));
  const fullest = byRow.indexOf(Math.max(...byRow));
  const between = `${formatDuration(Number((edges[fullest] ?? 0).toPrecision(2)))} and ${formatDuration(Number((edges[fullest + 1] ?? 0).toPrecision(2)))}`;
  return `Heat map of the latency of ${name} over time: ${plural(byRow[fullest] ?? 0, 'call')} of ${calls.length} took between ${between}, the longest ${formatDuration(all?.max ?? 0)}; at most ${plural(most, 'call')} in a cell`;
}
