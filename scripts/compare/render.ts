import type { Comparison } from '../../contracts/comparison.ts';
import { paint } from '../terminal.ts';

/** The comparison on one screen. */
export function renderComparison(comparison: Comparison, colour: boolean): string {
  const { runs, caveats, verdicts, latencies, rates, exit_code, headline } = comparison;
  const lines = [
    '',
    paint(
      ['bold', exit_code === 0 ? 'green' : 'red'],
      `${runs.b.run} against ${runs.a.run}: ${headline}`,
      colour,
    ),
    '',
  ];
  for (const { id, a, b } of verdicts) lines.push(`  ${id}: ${a ?? 'not covered'} → ${b ?? 'not covered'}`);
  if (latencies.length > 0) {
    lines.push(
      `  ${'median latency'.padEnd(28)} ${'A'.padStart(10)} ${'B'.padStart(10)}   B/A (95 % within the runs)`,
    );
    for (const { scenario, f, p50, ratio } of latencies) {
      lines.push(
        `  ${`${scenario} ${f}`.padEnd(28)} ${ms(p50.a)} ${ms(p50.b)}   ${ratio.estimate.toFixed(2)} (${ratio.low.toFixed(2)} to ${ratio.high.toFixed(2)})`,
      );
    }
  }
  for (const { scenario, a, b } of rates)
    lines.push(
      `  ${`${scenario} calls per second`.padEnd(28)} ${a.toFixed(1).padStart(10)} ${b.toFixed(1).padStart(10)}`,
    );
  for (const caveat of caveats) lines.push(paint('yellow', `  ! ${caveat}`, colour));
  return `${lines.join('\n')}\n`;
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`.padStart(10);
}
