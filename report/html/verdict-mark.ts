import type { VerdictValue } from '../../contracts/verdict.ts';
import { type Html, html } from './html.ts';

/** Signs that differ in shape, so that nobody depends on the colour. */
export const signs: Record<VerdictValue | 'not covered', string> = {
  pass: '✓',
  fail: '✕',
  unknown: '?',
  'not covered': '–',
};

/** A verdict as a word with a sign. */
export function verdictMark(value: VerdictValue | 'not covered'): Html {
  return html`<span class="mark mark-${value.replace(' ', '-')}"><span aria-hidden="true">${signs[value]}</span> ${value}</span>`;
}
