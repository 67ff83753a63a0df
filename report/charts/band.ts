/** A point of a curve with the interval around it; null ends: none is known. */
export interface BandPoint {
  x: number;
  low: number | null;
  high: number | null;
}

/**
 * Two series of a chart that together fill the area between the low and the high ends: the lower is not drawn, and the
 * upper is stacked on it. Points without an interval are left out.
 */
export function bandSeries(name: string, colour: string, points: readonly BandPoint[]): object[] {
  const known = points.flatMap(({ x, low, high }) =>
    low === null || high === null ? [] : [{ x, low, high }],
  );
  if (known.length === 0) return [];
  const common = { type: 'line', symbol: 'none', stack: name, silent: true };
  return [
    {
      ...common,
      name: `${name}, lower end`,
      data: known.map(({ x, low }) => [x, low]),
      lineStyle: { width: 0 },
    },
    {
      ...common,
      name,
      data: known.map(({ x, low, high }) => [x, high - low]),
      lineStyle: { width: 0 },
      itemStyle: { color: colour },
      areaStyle: { color: colour, opacity: 0.18 },
    },
  ];
}

/** Measured values as dots. */
export function dotSeries(
  name: string,
  colour: string,
  points: readonly (readonly [number, number])[],
  symbol = 'circle',
): object {
  return {
    type: 'line',
    name,
    data: points,
    symbol,
    symbolSize: 7,
    lineStyle: { width: 0 },
    itemStyle: { color: colour },
  };
}

/** A curve without dots. */
export function curveSeries(
  name: string,
  colour: string,
  points: readonly (readonly [number, number])[],
  dash: string | number[] = 'solid',
): object {
  return {
    type: 'line',
    name,
    data: points,
    symbol: 'none',
    itemStyle: { color: colour },
    lineStyle: { color: colour, type: dash, width: 2 },
  };
}
