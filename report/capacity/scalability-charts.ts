import type { CurvePoint, ScalabilityResult } from '../../contracts/scalability-result.ts';
import { bandSeries, curveSeries, dotSeries } from '../charts/band.ts';
import { drawChart, grid, legend, valueAxis } from '../charts/svg-chart.ts';
import type { Html } from '../html/html.ts';
import { levelRows, number } from './scalability-words.ts';

const LARGE = { width: 760, height: 340 };
const FLAT = { width: 760, height: 220 };

type Pairs = [number, number][];

/** Throughput over concurrency: measured points, the fitted law with its interval, and the queueing models. */
export function drawScalability(result: ScalabilityResult): Html {
  const { fit, models, measurements } = result;
  const pairs = (points: readonly CurvePoint[]): Pairs =>
    points.map(({ concurrency, throughput }) => [concurrency, throughput]);
  const within = fit?.curve.filter(({ extrapolated }) => !extrapolated) ?? [];
  // From the last measured point on, so that the line has no gap.
  const beyond = fit?.curve.slice(Math.max(0, within.length - 1)) ?? [];
  const queues = models.filter(({ name }) => name !== 'usl');
  return drawChart(
    'scalability',
    describe(result),
    {
      legend: {
        ...legend,
        itemGap: 26,
        data: [
          'measured',
          ...(fit ? ['law', 'extrapolated', 'interval'] : []),
          ...queues.map(({ name }) => queueName(name)),
        ],
      },
      grid: { ...grid, bottom: 24, outerBounds: { ...grid.outerBounds, bottom: 24 } },
      xAxis: concurrencyAxis(fit ? (fit.curve.at(-1)?.concurrency ?? 1) : highest(result)),
      // A queue that does not explain the data may lie far above them.
      yAxis: valueAxis('/s', { max: ceilingOf(result) }),
      series: [
        ...(fit
          ? bandSeries(
              'interval',
              'var(--series-1)',
              fit.curve.map(({ concurrency, low, high }) => ({ x: concurrency, low, high })),
            )
          : []),
        ...queues.map(({ name, curve }, index) =>
          curveSeries(
            queueName(name),
            index === 0 ? 'var(--series-3)' : 'var(--muted)',
            curve.map(({ concurrency, throughput }) => [concurrency, throughput]),
            index === 0 ? [6, 3] : [2, 3],
          ),
        ),
        ...(fit
          ? [
              curveSeries('law', 'var(--series-1)', pairs(within)),
              curveSeries('extrapolated', 'var(--series-1)', pairs(beyond), [3, 4]),
            ]
          : []),
        dotSeries(
          'measured',
          'var(--series-2)',
          measurements.map(({ concurrency, throughput }) => [concurrency, throughput]),
        ),
      ],
    },
    LARGE,
  );
}

/** Measured minus fitted, as a share of the fitted: a pattern in it means that the law has another shape. */
export function drawResiduals(result: ScalabilityResult): Html | null {
  const residuals = result.fit?.goodness.residuals;
  if (!residuals) return null;
  const label = `Differences from the law: ${residuals.map(({ concurrency, relative }) => `${concurrency} processes ${percent(relative)}`).join(', ')}`;
  return drawChart(
    'residuals',
    label,
    {
      legend: { show: false },
      grid: { ...grid, top: 12, outerBounds: { ...grid.outerBounds, top: 12 } },
      xAxis: categories(residuals.map(({ concurrency }) => concurrency)),
      yAxis: valueAxis(' %', { min: undefined }),
      series: [
        {
          type: 'bar',
          barCategoryGap: '45%',
          data: residuals.map(({ relative }) => Math.round(relative * 1000) / 10),
          itemStyle: { color: 'var(--series-1)' },
        },
      ],
    },
    FLAT,
  );
}

/** Who used the processors, at each level. */
export function drawProcessors(result: ScalabilityResult): Html | null {
  const rows = levelRows(result).filter(({ machine_cpu }) => machine_cpu !== null);
  if (rows.length === 0) return null;
  const bars = (
    name: string,
    colour: string,
    value: (row: (typeof rows)[number]) => number | null,
  ): object => ({
    type: 'bar',
    name,
    stack: 'cpu',
    data: rows.map((row) => Math.round((value(row) ?? 0) * 1000) / 10),
    itemStyle: { color: colour },
  });
  const label = `Use of the processors: ${rows.map(({ concurrency, machine_cpu }) => `${concurrency} processes ${percent(machine_cpu ?? 0)}`).join(', ')}`;
  return drawChart(
    'processors',
    label,
    {
      legend: { ...legend, data: ['database', 'load generator', 'API and others'] },
      grid,
      xAxis: categories(rows.map(({ concurrency }) => concurrency)),
      yAxis: valueAxis(' %', { max: 100, interval: 25 }),
      series: [
        bars('database', 'var(--series-1)', ({ database_cpu }) => database_cpu),
        bars('load generator', 'var(--series-2)', ({ generator_cpu }) => generator_cpu),
        bars('API and others', 'var(--series-3)', ({ machine_cpu, database_cpu, generator_cpu }) =>
          Math.max(0, (machine_cpu ?? 0) - (database_cpu ?? 0) - (generator_cpu ?? 0)),
        ),
      ],
    },
    FLAT,
  );
}

function queueName(name: ScalabilityResult['models'][number]['name']): string {
  return name === 'pool' ? 'pool queue' : 'fitted queue';
}

/** A little above what was measured and fitted, in round numbers. */
function ceilingOf({ measurements, fit }: ScalabilityResult): number {
  const most = Math.max(
    1,
    ...measurements.map(({ throughput }) => throughput),
    ...(fit?.curve.map(({ throughput, high }) => high ?? throughput) ?? []),
  );
  const step = 10 ** Math.floor(Math.log10(most)) / 2;
  return Math.ceil((most * 1.1) / step) * step;
}

function highest({ measurements }: ScalabilityResult): number {
  return Math.max(...measurements.map(({ concurrency }) => concurrency), 1);
}

function concurrencyAxis(most: number): object {
  return {
    type: 'value',
    min: 0,
    max: Math.ceil(most),
    name: 'processes',
    nameLocation: 'middle',
    nameGap: 26,
    nameTextStyle: { color: 'var(--muted)' },
    axisLabel: { color: 'var(--muted)' },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
    axisTick: { show: false },
    splitLine: { show: false },
  };
}

function categories(levels: readonly number[]): object {
  return {
    type: 'category',
    data: levels.map(String),
    axisLabel: { color: 'var(--muted)' },
    axisLine: { lineStyle: { color: 'var(--rule)' } },
    axisTick: { show: false },
  };
}

function describe(result: ScalabilityResult): string {
  const rows = levelRows(result);
  const measured = rows.map(({ concurrency, mean }) => `${concurrency} processes ${number(mean)}`).join(', ');
  return `Assignments per second over concurrency. Measured: ${measured}. ${result.headline}`;
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`;
}
