import { type Html, html } from '../html/html.ts';
import type { TimeScale } from './time-scale.ts';

/** Width of the wide drawings; on narrow screens they scroll within their figure. */
export const WIDE = 960;
/** Where lanes begin: room for their names. */
export const LANE_LEFT = 132;
export const LANE_RIGHT = WIDE - 14;

/** Numbers of a drawing with a tenth of a pixel: more digits only make the file larger. */
export function px(value: number): number {
  return Math.round(value * 10) / 10;
}

/** A drawing of lanes over a common time scale, with ticks below. */
export function laneFrame(label: string, height: number, scale: TimeScale, content: readonly Html[]): Html {
  const bottom = height - 24;
  return html`<svg class="lanes" role="img" aria-label="${label}" viewBox="0 0 ${WIDE} ${height}" width="${WIDE}" height="${height}" xmlns="http://www.w3.org/2000/svg">
<g class="ticks">${scale.ticks.map(
    ({ x, label: text }) =>
      html`<path d="M${px(x)} 4V${bottom}"/><text x="${px(x)}" y="${height - 8}" text-anchor="${anchor(x)}">${text}</text>`,
  )}</g>
${content}
<g class="cuts">${scale.cuts.map(
    ({ x, label: text }) =>
      html`<path d="M${px(x - 5)} 4V${bottom}M${px(x + 5)} 4V${bottom}"/><text x="${px(x)}" y="${height - 8}" text-anchor="middle">⋯ ${text}</text>`,
  )}</g>
</svg>`;
}

function anchor(x: number): string {
  if (x < LANE_LEFT + 20) return 'start';
  return x > LANE_RIGHT - 30 ? 'end' : 'middle';
}
