import path from 'node:path';
import type { ForecastResult } from '../../contracts/forecast-result.ts';
import { factorInWords, rangeInWords, runsOutInWords } from '../../report/capacity/forecast-words.ts';
import { paint } from '../terminal.ts';

const marks = { enough: '✔', 'not enough': '✖', unknown: '?' } as const;
const styles = { enough: 'green', 'not enough': 'red', unknown: 'yellow' } as const;

/** The result on one screen. */
export function renderForecast(
  result: ForecastResult,
  { folder, colour }: { folder: string; colour: boolean },
): string {
  const { verdict, scenarios, capacity, basis, percentile } = result;
  const share = `${Number((percentile * 100).toPrecision(4))} %`;
  return [
    '',
    `${paint(['bold', styles[verdict]], verdict.toUpperCase(), colour)}  ${result.headline}`,
    '',
    `  assignments per second that the busiest ${basis} of ${share} of the days needs`,
    ...scenarios.map((each) => {
      const mark = paint(styles[each.verdict], marks[each.verdict], colour);
      const room = each.headroom === null ? '' : `  headroom ${factorInWords(each.headroom)}`;
      return `  ${mark} ${each.name.padEnd(16)} ${rangeInWords(each.required).padEnd(24)} at ${each.busiest_at}${room}`;
    }),
    '',
    `  capacity: ${capacity.sustainable === null ? 'not known' : rangeInWords(capacity.sustainable)} assignments per second, ${capacity.source}`,
    `  ${runsOutInWords(result)}`,
    ...result.gains.map(
      ({ label, gain, state, changed }) =>
        `  with ${label}: ${gain === null ? 'unknown' : `${factorInWords(gain)} of the rate, ${state}`}${changed.length > 0 ? ` (${changed.join(', ')})` : ''}`,
    ),
    ...result.advice.map((each) => `  → ${each}`),
    ...result.extrapolations.map((each) => paint('yellow', `  ! extrapolated: ${each}`, colour)),
    `  report: ${path.relative(process.cwd(), path.join(folder, 'forecast.html'))}`,
    '',
  ].join('\n');
}
