import { shown } from '../../capacity/forecast/words.ts';
import type { ForecastResult, ForecastScenario } from '../../contracts/forecast-result.ts';
import { bandSeries, curveSeries } from '../charts/band.ts';
import { drawChart, grid, legend, valueAxis } from '../charts/svg-chart.ts';
import type { Html } from '../html/html.ts';

const LARGE = { width: 760, height: 320 };

/** Demand of the deciding scenario over the months, against the capacity and its interval. */
export function drawHeadroom(result: ForecastResult): Html {
  const { months, capacity, runs_out } = result;
  const last = months.at(-1)?.month ?? 1;
  const { sustainable } = capacity;
  const ends = [0, last];
  const top =
    Math.max(...months.map(({ high }) => high), sustainable?.high ?? sustainable?.value ?? 0) * 1.05;
  const open = sustainable !== null && sustainable.high === null;
  const when = runs_out.date === null ? '' : `; they cross about ${runs_out.date}`;
  const label = `Assignments per second over ${last} months: ${shown(months[0]?.required ?? 0)} are required at the launch and ${shown(months.at(-1)?.required ?? 0)} at the end; ${sustainable === null ? 'the capacity is not known' : `the capacity is ${open ? 'at least ' : ''}${shown(sustainable.value)}`}${when}`;
  return drawChart(
    'headroom',
    label,
    {
      legend: {
        ...legend,
        itemGap: 26,
        data: ['required', '5 to 99 % of days', ...(sustainable ? ['capacity', 'its interval'] : [])],
      },
      grid,
      xAxis: {
        type: 'value',
        min: 0,
        max: last,
        minInterval: 1,
        axisLabel: {
          color: 'var(--muted)',
          formatter: (month: number) => months[Math.round(month)]?.date.slice(0, 7) ?? '',
        },
        axisLine: { lineStyle: { color: 'var(--rule)' } },
        axisTick: { show: false },
        splitLine: { show: false },
      },
      yAxis: valueAxis('/s', { max: Math.ceil(top) }),
      series: [
        ...bandSeries(
          '5 to 99 % of days',
          'var(--series-2)',
          months.map(({ month, low, high }) => ({ x: month, low, high })),
        ),
        ...(sustainable === null
          ? []
          : [
              ...bandSeries(
                'its interval',
                'var(--series-1)',
                ends.map((x) => ({
                  x,
                  low: sustainable.low,
                  high: sustainable.high ?? Math.ceil(top),
                })),
              ),
              curveSeries(
                'capacity',
                'var(--series-1)',
                ends.map((x) => [x, sustainable.value] as const),
              ),
            ]),
        // All but the first day is a projection.
        curveSeries(
          'required',
          'var(--series-2)',
          months.map(({ month, required }) => [month, required] as const),
          [5, 3],
        ),
      ],
    },
    LARGE,
  );
}

/** How many of the simulated days have which peak. */
export function drawPeaks(id: string, scenario: ForecastScenario, basis: 'second' | 'minute'): Html {
  const bins = scenario.histogram[basis];
  const peak = basis === 'second' ? scenario.peak_second : scenario.peak_minute;
  const label = `${scenario.name}: the busiest ${basis} of a day has ${shown(peak.median)} assignments per second in the middle, ${shown(peak.required.value)} on the days that are planned for, and ${shown(peak.highest)} at most`;
  return drawChart(id, label, {
    legend: { show: false },
    grid: { ...grid, top: 12, outerBounds: { ...grid.outerBounds, top: 12 } },
    xAxis: {
      type: 'category',
      data: bins.map(({ from, to }) => shown((from + to) / 2)),
      axisLabel: { color: 'var(--muted)', hideOverlap: true },
      axisLine: { lineStyle: { color: 'var(--rule)' } },
      axisTick: { show: false },
    },
    yAxis: valueAxis(' days'),
    series: [
      {
        type: 'bar',
        barCategoryGap: '8%',
        data: bins.map(({ from, days }) => ({
          value: days,
          itemStyle: { color: from >= peak.required.value ? 'var(--series-2)' : 'var(--series-1)' },
        })),
      },
    ],
  });
}
