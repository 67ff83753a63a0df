import type { ReportData } from '../report-data.ts';
import { html } from './html.ts';
import type { Section } from './page.ts';

/** More would hide what follows. */
const MOST = 40;

/** What to know about the measurement itself, and about what the run folder lacks; null when there is nothing. */
export function warnings({ verdict, gaps }: ReportData): Section | null {
  const all = [...verdict.warnings, ...gaps];
  if (all.length === 0) return null;
  return {
    id: 'warnings',
    title: 'Warnings',
    body: html`<ul class="warnings">${all.slice(0, MOST).map((warning) => html`<li>${warning}</li>`)}</ul>
${all.length > MOST && html`<p>${all.length - MOST} more in verdict.json.</p>`}`,
  };
}
