import type { CapacityResult, CapacityStep } from '../../contracts/capacity-result.ts';
import { formatDuration } from '../format.ts';
import type { Html } from '../html/html.ts';
import { type ChartSize, drawChart, grid, legend, valueAxis } from './svg-chart.ts';

const SIZE: ChartSize = { width: 640, height: 300 };
/** The axis goes on a little beyond what was measured, so that it can be said where that ends. */
const BEYOND = 1.12;
/** From this ratio of highest to lowest latency on, the axis is logarithmic. */
const LOGARITHMIC_FROM = 30;

type Figure = 'p50' | 'p95' | 'p99';
const lines: readonly { name: Figure; colour: string; dash: string | number[] }[] = [
  { name: 'p99', colour: 'var(--series-2)', dash: [1, 3] },
  { name: 'p95', colour: 'var(--series-3)', dash: [6, 3] },
  { name: 'p50', colour: 'var(--series-1)', dash: 'solid' },
];

/** Latency over the offered rate, with the SLO, the interval of the answer, and where measurement ends. */
export function drawLatencyOverRate(id: string, result: CapacityResult): Html {
  const { steps, slo } = result;
  const most = Math.max(1, ...steps.map(({ rate }) => rate));
  const values = steps.flatMap(({ p50, p99 }) => [p50, p99].filter((value) => value !== null));
  const span = Math.max(...values, 1) / Math.max(0.1, Math.min(...values, 1e9));
  const axis = span > LOGARITHMIC_FROM ? { type: 'log', min: undefined } : {};
  const limits = slo.latency.map(({ percentile, ms }) => ({
    type: 'line',
    name: `SLO p${percentile}`,
    data: [
      [0, ms],
      [most * BEYOND, ms],
    ],
    symbol: 'none',
    itemStyle: { color: 'var(--fail)' },
    lineStyle: { color: 'var(--fail)', width: 1.5, type: 'solid' },
  }));
  const own = slo.latency[0]?.percentile ?? 95;
  const points = (holds: boolean) =>
    steps
      .filter((step) => step.holds === holds)
      .flatMap((step) => {
        const value = step.intervals.find(({ percentile }) => percentile === own)?.value;
        return value === undefined ? [] : [[step.rate, value]];
      });
  const marks = [
    { name: 'a run that holds', symbol: 'circle', colour: 'var(--pass)', data: points(true) },
    { name: 'a run that breaks', symbol: 'diamond', colour: 'var(--fail)', data: points(false) },
  ].map(({ name, symbol, colour, data }) => ({
    type: 'line',
    name,
    data,
    symbol,
    symbolSize: 9,
    showAllSymbol: true,
    itemStyle: { color: colour },
    lineStyle: { width: 0, opacity: 0 },
  }));
  return drawChart(
    id,
    describeLatency(result),
    {
      legend: { ...legend, data: [...lines.map(({ name }) => name), ...limits, ...marks].map(nameOf) },
      grid: tall,
      xAxis: rateAxis(most * BEYOND),
      yAxis: valueAxis(' ms', axis),
      series: [
        ...lines.map(({ name, colour, dash }, place) => ({
          ...(place === 0 ? areas(result, most) : {}),
          type: 'line',
          name,
          data: overRates(steps, name),
          symbol: 'circle',
          symbolSize: 3,
          itemStyle: { color: colour },
          lineStyle: { color: colour, type: dash, width: 2 },
        })),
        ...limits,
        ...marks,
      ],
    },
    SIZE,
  );
}

/** What was answered over what was offered. */
export function drawAchieved(id: string, result: CapacityResult): Html {
  const { steps } = result;
  const most = Math.max(1, ...steps.map(({ rate }) => rate));
  const label = `Assignments answered over assignments offered, per second: ${steps.map(({ rate, achieved }) => `${achieved.toFixed(1)} of ${rate}`).join(', ')}`;
  const series = [
    {
      name: 'answered',
      colour: 'var(--series-1)',
      dash: 'solid',
      data: overRates(steps, 'achieved'),
      dot: 6,
    },
    {
      name: 'offered',
      colour: 'var(--muted)',
      dash: [4, 4],
      data: [
        [0, 0],
        [most, most],
      ],
      dot: 0,
    },
  ];
  return drawChart(
    id,
    label,
    {
      legend: { ...legend, data: series.map(({ name }) => name) },
      grid: tall,
      xAxis: rateAxis(most * BEYOND),
      yAxis: valueAxis('/s'),
      series: series.map(({ name, colour, dash, data, dot }, place) => ({
        ...(place === 0 ? areas(result, most) : {}),
        type: 'line',
        name,
        data,
        symbol: dot === 0 ? 'none' : 'circle',
        symbolSize: dot,
        itemStyle: { color: colour },
        lineStyle: { color: colour, type: dash, width: 2 },
      })),
    },
    SIZE,
  );
}

const tall = { ...grid, top: 46, outerBounds: { ...grid.outerBounds, top: 46 } };

const nameOf = (entry: string | { name: string }): string => (typeof entry === 'string' ? entry : entry.name);

/** The median of the runs at each rate. */
function overRates(steps: readonly CapacityStep[], figure: Figure | 'achieved'): [number, number][] {
  const rates = new Map<number, number[]>();
  for (const step of steps) {
    const value = step[figure];
    if (value !== null) rates.set(step.rate, [...(rates.get(step.rate) ?? []), value]);
  }
  return [...rates]
    .map(([rate, values]): [number, number] => {
      const sorted = [...values].sort((a, b) => a - b);
      return [rate, sorted[Math.floor((sorted.length - 1) / 2)] ?? 0];
    })
    .sort(([a], [b]) => a - b);
}

/** The interval of the answer, and what lies beyond the highest rate that was run. */
function areas({ sustainable, bound }: CapacityResult, most: number): object {
  const beyond = [{ name: 'not measured', xAxis: most }, { xAxis: most * BEYOND }];
  const carried =
    sustainable === null || bound === 'at-least' || sustainable.low === sustainable.high
      ? []
      : [[{ name: 'interval', xAxis: sustainable.low }, { xAxis: sustainable.high }]];
  return {
    markArea: {
      silent: true,
      itemStyle: { color: 'var(--muted)', opacity: 0.16 },
      label: { color: 'var(--ink)', fontSize: 11, position: 'insideTop' },
      data: [...carried, beyond],
    },
  };
}

function rateAxis(max: number): object {
  return {
    type: 'value',
    min: 0,
    max,
    axisLabel: {
      color: 'var(--muted)',
      formatter: (value: number) => `${Number(value.toPrecision(4))}/s`,
      showMaxLabel: false,
    },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
    axisTick: { show: false },
    splitLine: { show: false },
  };
}

function describeLatency({ steps, slo, sustainable }: CapacityResult): string {
  const points = steps.map(
    ({ rate, p95, holds }) =>
      `${rate} per second: ${p95 === null ? 'no answer' : formatDuration(p95)}, ${holds ? 'holds' : 'breaks'}`,
  );
  const limits = slo.latency.map(({ percentile, ms }) => `p${percentile} at most ${ms} ms`).join(', ');
  const answer = sustainable === null ? 'no rate holds' : `${sustainable.rate} per second hold`;
  return `95th percentile of the latency over the offered rate, SLO ${limits}, ${answer}. ${points.join('; ')}`;
}
