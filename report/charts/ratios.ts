import type { LatencyComparison } from '../../contracts/comparison.ts';
import { type Html, html } from '../html/html.ts';

const ROW = 26;
const LEFT = 220;
const RIGHT = 700;

/** Ratios with their intervals on a logarithmic axis around 1, one row each. */
export function drawRatios(latencies: readonly LatencyComparison[]): Html {
  const most = Math.max(1.5, ...latencies.flatMap(({ ratio }) => [ratio.high, 1 / ratio.low]));
  const span = Math.log(most);
  const x = (ratio: number): number =>
    Math.round((LEFT + RIGHT) / 2 + ((RIGHT - LEFT) / 2) * (Math.log(ratio) / span));
  const height = latencies.length * ROW + 30;
  const label = `Ratios of median latencies: ${latencies.map(({ scenario, f, ratio }) => `${scenario} ${f} ${ratio.estimate.toFixed(2)}`).join(', ')}`;
  return html`<svg role="img" aria-label="${label}" viewBox="0 0 ${RIGHT + 20} ${height}" width="${RIGHT + 20}" height="${height}">
<path d="M${x(1)} 0V${latencies.length * ROW}" stroke="var(--muted)" stroke-dasharray="4 3" fill="none"/>
${latencies.map(({ scenario, f, ratio }, index) => {
  const y = index * ROW + ROW / 2;
  return html`<g><text x="0" y="${y + 4}" font-size="13" fill="var(--ink)">${scenario} ${f}</text><path d="M${x(ratio.low)} ${y}H${x(ratio.high)}" stroke="var(--series-1)" stroke-width="2" fill="none"/><circle cx="${x(ratio.estimate)}" cy="${y}" r="4" fill="var(--series-1)"/></g>`;
})}
${[1 / most, 1, most].map((tick) => html`<text x="${x(tick)}" y="${height - 8}" text-anchor="middle" font-size="12" fill="var(--muted)">${tick.toFixed(2)}</text>`)}
</svg>`;
}
