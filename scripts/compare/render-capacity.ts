import type { CapacityComparison } from '../../contracts/capacity-comparison.ts';
import { paint } from '../terminal.ts';

/** The comparison of two capacities on one screen. */
export function renderCapacityComparison(comparison: CapacityComparison, colour: boolean): string {
  const { a, b, rates, caveats, exit_code, headline } = comparison;
  const style = exit_code === 0 ? 'green' : 'red';
  const lines = [
    '',
    paint(['bold', style], `${b.run} against ${a.run}: ${headline}`, colour),
    '',
    `  ${'limit'.padEnd(20)} ${(a.limit ?? 'none seen').padStart(16)} ${(b.limit ?? 'none seen').padStart(16)}`,
    ...rates.map(
      ({ rate, a: one, b: other }) =>
        `  ${`p95 at ${rate}/s`.padEnd(20)} ${ms(one).padStart(16)} ${ms(other).padStart(16)}`,
    ),
    ...caveats.map((caveat) => paint('yellow', `  ! ${caveat}`, colour)),
  ];
  return `${lines.join('\n')}\n`;
}

function ms(value: number | null): string {
  return value === null ? 'no answer' : `${value.toFixed(1)} ms`;
}
