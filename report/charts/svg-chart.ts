import { BarChart, LineChart } from 'echarts/charts';
import { AriaComponent, GridComponent, LegendComponent, MarkAreaComponent } from 'echarts/components';
import { type EChartsCoreOption, init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { escapeMarkup, type Html, trusted } from '../html/html.ts';
import type { FaultBand } from '../statistics/fault-bands.ts';

use([BarChart, LineChart, AriaComponent, GridComponent, LegendComponent, MarkAreaComponent, SVGRenderer]);

export interface ChartSize {
  width: number;
  height: number;
}

/** Narrow enough that its letters are still readable when a phone scales it down. */
export const SMALL: ChartSize = { width: 420, height: 215 };

/**
 * Draws a chart as SVG markup. Colours are given as CSS variables of the page, so that one picture serves light and
 * dark.
 *
 * @param id unique in the page; ids within the picture start with it
 * @param label what the picture shows, in words
 */
export function drawChart(
  id: string,
  label: string,
  options: EChartsCoreOption,
  { width, height }: ChartSize = SMALL,
): Html {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption({ animation: false, textStyle: { color: 'var(--muted)', fontSize: 12 }, ...options });
    return trusted(tidy(chart.renderToSVGString({ useViewBox: true }), id, label));
  } finally {
    chart.dispose();
  }
}

/** Drops what only an interactive picture needs, and makes it a picture for screen readers. */
function tidy(svg: string, id: string, label: string): string {
  return svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    .replace(/<rect [^>]*fill="none"[^>]*><\/rect>\n?/, '')
    .replace(/<path [^>]*fill="none" pointer-events="visible" ecmeta[^>]*><\/path>\n?/g, '')
    .replace(/ (?:class|pointer-events|ecmeta_\w+|xmlns:xlink|version|baseProfile)="[^"]*"/g, '')
    .replace(/font-family:[^;"]*;/g, '')
    .replace(/\bzr\d+-/g, `${id}-`)
    .replace('<svg ', `<svg role="img" aria-label="${escapeMarkup(label)}" `);
}

/**
 * Points of a line. One that is alone between empty ones makes no line, so it is a dot; all others need none, and each
 * would make the file larger.
 */
export function linePoints(points: readonly (readonly [number, number | null])[]): object[] {
  return points.map(([x, y], index) => {
    const alone =
      y !== null && (points[index - 1]?.[1] ?? null) === null && (points[index + 1]?.[1] ?? null) === null;
    return { value: [x, y], symbol: alone ? 'circle' : 'none', symbolSize: 4 };
  });
}

/** Axis of seconds since the scenario's first call. */
export function timeAxis(span: number): object {
  return {
    type: 'value',
    min: 0,
    max: Math.max(span, 1) / 1000,
    axisLabel: {
      color: 'var(--muted)',
      formatter: (value: number) => `${trim(value)} s`,
      showMaxLabel: false,
    },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
    axisTick: { show: false },
    splitLine: { show: false },
  };
}

/** Bands behind the drawing, with the numbers of the faults; to be spread into its first series. */
export function behind(bands: readonly FaultBand[]): object {
  if (bands.length === 0) return {};
  return {
    markArea: {
      silent: true,
      itemStyle: { color: 'var(--muted)', opacity: 0.18 },
      label: { color: 'var(--ink)', fontSize: 11, position: 'insideTop' },
      data: bands.map(({ number, from, to }) => [
        { name: String(number), xAxis: from / 1000 },
        // One that is over at once must be seen, too.
        { xAxis: Math.max(to, from + 30) / 1000 },
      ]),
    },
  };
}

/** Axis of values from zero, with quiet lines. */
export function valueAxis(unit = '', extra: object = {}): object {
  return {
    type: 'value',
    min: 0,
    splitNumber: 3,
    axisLine: { show: false },
    axisTick: { show: false },
    axisLabel: { color: 'var(--muted)', formatter: (value: number) => `${trim(value)}${unit}` },
    splitLine: { lineStyle: { color: 'var(--rule)' } },
    ...extra,
  };
}

/** Legend above the drawing. */
export const legend = {
  top: 0,
  left: 0,
  itemWidth: 22,
  itemHeight: 10,
  itemGap: 14,
  borderColor: 'transparent',
  textStyle: { color: 'var(--ink)', fontSize: 12 },
};

/** Where the drawing lies within the picture. */
export const grid = {
  left: 4,
  right: 12,
  top: 34,
  bottom: 4,
  outerBoundsMode: 'same',
  outerBounds: { left: 4, right: 12, top: 34, bottom: 4 },
};

function trim(value: number): string {
  return String(Number(value.toPrecision(6)));
}
